// SPDX-License-Identifier: BSD-3-Clause
//
// The tenant's own Conditional Access policies and named locations, as files
// for an administrator to look at, to try and to take over. What the tenant
// enforces is written as report-only: a connector can neither enforce a policy
// here nor relax one, since the agent reads no file that the connector can
// write.
#pragma once

#include <cstddef>
#include <string>

#include "agent/base/result.h"
#include "connector/graph/generation.h"

namespace mfa::connector::graph {

inline constexpr char kPoliciesFile[] = "policies.json";
inline constexpr char kNamedLocationsFile[] = "named-locations.json";
// Entra's limits are 240 and 195; with room for those who have more.
inline constexpr std::size_t kMaxPolicyObjects = 1'000;

// Writes both files, or, if anything fails, neither.
Result<WalkEnd> bring_policies(const Tenant& tenant);

// `state` enabled becomes enabledForReportingButNotEnforced. Pure.
void make_report_only(Json& policy);

// Whole or not at all, readable by all; untouched if it is like this already.
Result<> write_file(const std::string& folder, const std::string& name,
                    const std::string& text);

}  // namespace mfa::connector::graph
