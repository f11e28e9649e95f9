// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>

#include "agent/base/escape.h"
#include "agent/policy/lint_rules.h"

namespace mfa {
namespace {

void lint_users_and_groups(std::size_t index, const Surroundings& surroundings,
                           Complaints& complaints) {
  for (const UnresolvedName& name : surroundings.unresolved_names) {
    if (name.policy != index) continue;
    complaints.add(Severity::error, "unresolvedName", name.what, name.advice);
  }
}

void lint_location_names(const Policy& policy, Complaints& complaints) {
  if (policy.unresolved_locations.empty()) return;
  complaints.add(Severity::error, "unresolvedName",
                 fmt::format("there is no named location {}",
                             listed(policy.unresolved_locations)),
                 "mend the name, or add the location to the file of named "
                 "locations and give that with --named-locations");
}

void lint_trusted_locations(const PolicyConditions& wanted,
                            const NamedLocations& locations,
                            Complaints& complaints) {
  if (!wanted.locations || !wanted.locations->exclude_trusted ||
      !locations.trusted().empty()) {
    return;
  }
  complaints.add(Severity::note, "noTrustedLocation",
                 "it excludes AllTrusted, and no named location is trusted",
                 "set isTrusted in a named location if one is meant");
}

void lint_roles(const UsersCondition& users, const Surroundings& surroundings,
                Complaints& complaints) {
  if (!surroundings.roles_held) return;
  std::vector<std::string> held_by_nobody;
  for (const auto* roles : {&users.include_roles, &users.exclude_roles}) {
    for (const Name& role : *roles) {
      if (surroundings.roles_held->contains(role)) continue;
      held_by_nobody.push_back(role.text());
    }
  }
  if (held_by_nobody.empty()) return;
  complaints.add(Severity::warning, "roleOfNobody",
                 fmt::format("nobody on this host holds the role {}",
                             listed(held_by_nobody)),
                 "map it to groups or users under roles: in the configuration, "
                 "or remove it here");
}

void lint_services(const ApplicationsCondition& target,
                   const Surroundings& surroundings, Complaints& complaints) {
  if (!surroundings.services) return;
  std::vector<std::string> unknown;
  for (const auto* services : {&target.include, &target.exclude}) {
    for (const Name& service : *services) {
      if (surroundings.services->contains(service)) continue;
      unknown.push_back(service.text());
    }
  }
  if (unknown.empty()) return;
  complaints.add(
      Severity::note, "unknownService",
      fmt::format("this host has no PAM service {}", listed(unknown)),
      "an application is the name of a file in /etc/pam.d; mend it "
      "unless it is meant for another host");
}

bool names_user(const std::vector<UserRef>& users, const std::string& name) {
  const Name principal_name(lower_case(name));
  return std::any_of(users.begin(), users.end(), [&](const UserRef& user) {
    return user.principal_name == principal_name;
  });
}

void lint_emergency_accounts(const Policy& policy,
                             const Surroundings& surroundings,
                             Complaints& complaints) {
  if (!policy.grant.block && policy.grant.controls.empty()) return;
  const UsersCondition& users = policy.conditions.users;
  std::vector<std::string> inside;
  for (const std::string& account : surroundings.emergency_accounts) {
    const bool included =
        users.include_all || names_user(users.include_users, account);
    if (included && !names_user(users.exclude_users, account)) {
      inside.push_back(account);
    }
  }
  if (inside.empty()) return;
  complaints.add(
      Severity::note, "emergencyAccount",
      fmt::format("it does not exclude the emergency account {} by name; at "
                  "the console that is outside every policy anyway",
                  listed(inside)),
      "exclude it in excludeUsers if it must get in from elsewhere too");
}

}  // namespace

void lint_names(const Policy& policy, std::size_t index,
                const NamedLocations& locations,
                const Surroundings& surroundings, Complaints& complaints) {
  const PolicyConditions& wanted = policy.conditions;
  lint_users_and_groups(index, surroundings, complaints);
  lint_location_names(policy, complaints);
  lint_trusted_locations(wanted, locations, complaints);
  lint_roles(wanted.users, surroundings, complaints);
  lint_services(wanted.applications, surroundings, complaints);
  lint_emergency_accounts(policy, surroundings, complaints);
}

}  // namespace mfa
