// SPDX-License-Identifier: BSD-3-Clause
//
// Authentication strengths: which combinations of methods are good enough.
// Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/sign_in_facts.h"

namespace mfa {

struct AuthenticationStrength {
  std::string id;  // "" for an inline one without
  std::string display_name;
  std::vector<MethodCombination> allowed_combinations;

  bool allows(const MethodCombination& combination) const;
  bool is_met_by(std::span<const MethodCombination> used) const;
};

// Multifactor authentication, Passwordless MFA and Phishing-resistant MFA, by
// id in any case; nullptr: not a built-in one.
const AuthenticationStrength* builtin_strength(std::string_view id);

}  // namespace mfa
