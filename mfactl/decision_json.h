// SPDX-License-Identifier: BSD-3-Clause
//
// A decision as one line of JSON, in Graph's words: the output of `policy
// evaluate`, with which golden cases are compared.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/model/decision.h"
#include "agent/policy/policy.h"

namespace mfa::mfactl {

// Hundreds of rows repeat in every line, so what they have in common is put
// into words once.
class DecisionJson {
 public:
  explicit DecisionJson(const Policies& policies);

  // Appends an object without a line's end. `decision` is what those policies
  // said; `id` is JSON.
  void append(std::string_view id, const Decision& decision,
              std::string& out) const;

 private:
  std::vector<std::string> row_beginnings_;
};

// In the place of a decision: why there is none.
void append_refusal(std::string_view id, std::string_view why,
                    std::string& out);

}  // namespace mfa::mfactl
