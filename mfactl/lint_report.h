// SPDX-License-Identifier: BSD-3-Clause
//
// What `policy lint` prints. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/policy/lint.h"
#include "mfactl/json.h"

namespace mfa::mfactl {

std::int64_t count_of(const std::vector<Finding>& findings, Severity severity);

// A line for each, as compilers write them, and one with the numbers.
std::string lint_text(const std::vector<Finding>& findings,
                      std::size_t policies);
Json lint_json(const std::vector<Finding>& findings, std::size_t policies);

}  // namespace mfa::mfactl
