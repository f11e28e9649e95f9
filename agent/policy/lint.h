// SPDX-License-Identifier: BSD-3-Clause
//
// What loads and is probably not meant: policies that protect nobody, lock
// everybody out, contradict themselves or ask for what cannot be had here.
// Pure: what is true around the policies is handed in.
//
// What a disabled policy gets wrong weighs one step less.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/name_set.h"
#include "agent/policy/policy.h"
#include "agent/policy/unresolved_name.h"

namespace mfa {

enum class Severity { error, warning, note };

std::string_view to_string(Severity severity);

struct Finding {
  Severity severity = Severity::error;
  std::string_view rule;  // one word for programs: "matchesNobody"
  std::string policy;     // display name; "" for a named location
  std::string place;      // "FILE:LINE:COLUMN" of the policy, or ""
  std::string what;
  std::string advice;
};

// What is not known (nullopt) is not complained of.
struct Surroundings {
  bool security_defaults = false;
  std::vector<UnresolvedName> unresolved_names;
  std::vector<std::string> emergency_accounts;
  std::optional<NameSet> services;      // that PAM knows on this host
  std::optional<NameSet> roles_held;    // by somebody; role_key() of each
  std::optional<NameSet> terms_of_use;  // ids of those that can be shown
  // Whether the configuration names one.
  std::optional<bool> has_directory_file;
  std::optional<bool> has_country_database;
};

// In the order of the policies, then of the named locations.
std::vector<Finding> lint(const Policies& policies,
                          const Surroundings& surroundings);

}  // namespace mfa
