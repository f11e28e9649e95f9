// SPDX-License-Identifier: BSD-3-Clause
//
// From text to policies: YAML (JSON is YAML) in the schema of Graph's
// `conditionalAccessPolicy`, read strictly. What would be weaker than what is
// written is an error with file, line, column and what to do; what merely has
// no effect is left to lint (lint.h). Pure.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/yaml.h"
#include "agent/policy/policy.h"

namespace mfa {

inline constexpr std::size_t kMaxPolicies = 240;  // Entra's limit
// Those of a folder, which may hold one policy each.
inline constexpr std::size_t kMaxPolicyFiles = kMaxPolicies;
inline constexpr std::string_view kPolicyFileSuffixes[] = {".yaml", ".yml",
                                                           ".json"};
// What 240 policies need as a pretty-printed export.
inline constexpr std::size_t kMaxPolicyFileBytes = 4 << 20;
// Longest lists and names in a policy; more people belong into a group.
inline constexpr std::size_t kMaxPolicyListEntries = 2000;
inline constexpr std::size_t kMaxPolicyNameBytes = 256;
inline constexpr std::size_t kMaxPolicyDescriptionBytes = 4096;
inline constexpr unsigned kMaxFrequencyDays = 365;

// One policy, a list, or Graph's {"value": [...]}. Locations are looked up in
// `locations`. `file` is only named in errors.
Result<std::vector<Policy>> parse_policies(std::string_view text,
                                           std::string_view file,
                                           const NamedLocations& locations);

// The same where they are a part of another document.
Result<std::vector<Policy>> read_policies(const yaml::Node& root,
                                          const NamedLocations& locations);

// Puts the policies of several files together: their number, and that security
// defaults and an enabled policy exclude each other.
Result<Policies> assemble(std::vector<Policy> list, NamedLocations locations,
                          bool security_defaults);

}  // namespace mfa
