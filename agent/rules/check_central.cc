// SPDX-License-Identifier: BSD-3-Clause
//
// Names of the rules that only the central directory can answer for.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "agent/base/escape.h"
#include "agent/cache/cache.h"
#include "agent/directory/unresolved_policy_names.h"
#include "agent/rules/rules.h"

namespace mfa {
namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// nullopt: nothing was brought yet, or it cannot be read.
std::optional<DirectoryCache::Unresolved> ask(DirectoryCache* cache,
                                              const MembershipScope& scope,
                                              Instant now) {
  if (!cache) return std::nullopt;
  const auto status = cache->status(now);
  if (!status || status->generation == 0) return std::nullopt;
  auto unresolved = cache->unresolved(scope);
  if (!unresolved) return std::nullopt;
  return std::move(*unresolved);
}

// Groups as rules write them, and as this machine would call them.
std::set<std::pair<std::string, std::string>> groups_of(
    const MembershipScope& scope) {
  std::set<std::pair<std::string, std::string>> groups;
  for (const RoleMapping& mapping : scope.roles) {
    for (const std::string& name : mapping.groups) groups.emplace(name, name);
  }
  for (const MembershipScope::Group& group : scope.groups) {
    groups.emplace(group.written, group.group);
  }
  return groups;
}

void check_groups(const MembershipScope& scope,
                  const std::optional<DirectoryCache::Unresolved>& central,
                  CentralComplaints& complaints) {
  for (const auto& [written, here] : groups_of(scope)) {
    if (central && holds(central->ambiguous, written)) {
      complaints.errors.push_back(
          fmt::format("the central directory has several groups called {}: "
                      "write the id of the one you mean",
                      quoted(written)));
    } else if (group_exists(here) != false) {
      continue;
    } else if (!central) {
      complaints.warnings.push_back(
          fmt::format("there is no group {} on this host, and whether the "
                      "central directory has it is not known yet; see mfactl "
                      "directory status",
                      quoted(written)));
    } else if (holds(central->unknown, written)) {
      complaints.errors.push_back(
          fmt::format("there is no group {}, neither on this host nor in the "
                      "central directory: until there is, everybody counts as "
                      "possibly in it",
                      quoted(written)));
    }
  }
}

// By an id or a userPrincipalName of the directory's, most likely.
void check_users(const Rules& rules, CentralComplaints& complaints) {
  for (const auto& name :
       unresolved_names(rules.policies.list, rules.records)) {
    const Policy& policy = rules.policies.list[name.policy];
    if (policy.state == PolicyState::disabled || name.is_group) continue;
    complaints.warnings.push_back(
        fmt::format("{}: policy {}: {}; it must be the id or the "
                    "userPrincipalName of somebody in the central directory",
                    policy.place, quoted(policy.display_name), name.what));
  }
}

}  // namespace

CentralComplaints unresolved_centrally(const Rules& rules,
                                       DirectoryCache* cache, Instant now) {
  CentralComplaints complaints;
  if (!rules.config.connector_user) return complaints;
  check_groups(rules.scope, ask(cache, rules.scope, now), complaints);
  check_users(rules, complaints);
  return complaints;
}

}  // namespace mfa
