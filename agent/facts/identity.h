// SPDX-License-Identifier: BSD-3-Clause
//
// Who somebody is, and how much at risk, out of the central directory and the
// directory file together. Pure.
#pragma once

#include <optional>
#include <string>

#include "agent/model/sign_in.h"
#include "agent/rules/rules.h"

namespace mfa {

struct Identity {
  std::string id;              // "": no directory knows the person
  std::string principal_name;  // "": likewise
  bool is_guest = false;
};

// The central directory's word counts, where it knows the person.
Identity identity_of(const Person& person, const Rules& rules);

struct UserRisk {
  std::optional<RiskLevel> level;  // nullopt: nobody knows (any more)
  // Changes with whatever is said of the risk; "": it cannot be told from
  // another one. At most kMaxRiskStampBytes (store/limits.h).
  std::string stamp;
};

// Where both know a risk, the worse one counts. Where the central directory
// keeps risks and does not know this one, nobody's "none" is believed.
UserRisk user_risk_of(const Person& person, const Rules& rules);

// Where a directory file is kept, who is not in it has no risk.
std::optional<RiskLevel> sign_in_risk_of(const Person& person,
                                         const Rules& rules);

}  // namespace mfa
