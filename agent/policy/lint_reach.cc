// SPDX-License-Identifier: BSD-3-Clause
//
// A policy that reaches nobody looks like protection, one that refuses
// everybody everywhere ends the next session of whoever wrote it.
#include <algorithm>

#include "agent/policy/lint_rules.h"

namespace mfa {
namespace {

// --- nobody ------------------------------------------------------------------

bool all_among(const std::vector<Name>& names, const std::vector<Name>& among) {
  return std::all_of(names.begin(), names.end(), [&](const Name& name) {
    return std::find(among.begin(), among.end(), name) != among.end();
  });
}

bool all_among(const std::vector<UserRef>& users,
               const std::vector<UserRef>& among) {
  return std::all_of(users.begin(), users.end(), [&](const UserRef& user) {
    return std::any_of(among.begin(), among.end(), [&](const UserRef& other) {
      return other.id == user.id;
    });
  });
}

bool all_among(const std::vector<std::size_t>& indices,
               const std::vector<std::size_t>& among) {
  return std::all_of(indices.begin(), indices.end(), [&](std::size_t index) {
    return std::find(among.begin(), among.end(), index) != among.end();
  });
}

bool includes_nobody(const UsersCondition& users) {
  return !users.include_all && !users.include_guests &&
         users.include_users.empty() && users.include_groups.empty() &&
         users.include_roles.empty();
}

bool excludes_all_it_includes(const UsersCondition& users) {
  return !users.include_all &&
         (!users.include_guests || users.exclude_guests) &&
         all_among(users.include_users, users.exclude_users) &&
         all_among(users.include_groups, users.exclude_groups) &&
         all_among(users.include_roles, users.exclude_roles);
}

void lint_nobody(const UsersCondition& users, Complaints& complaints) {
  if (includes_nobody(users)) {
    complaints.add(Severity::error, "matchesNobody",
                   "it applies to nobody: its users include nobody",
                   "name users, groups or roles to include, or All");
  } else if (excludes_all_it_includes(users)) {
    complaints.add(Severity::error, "matchesNobody",
                   "it applies to nobody: all that its users include is also "
                   "excluded, and exclude beats include",
                   "remove them from one of the two");
  }
}

// --- nothing -----------------------------------------------------------------

void never(Complaints& complaints, Severity severity, std::string why,
           std::string advice) {
  complaints.add(severity, "neverApplies",
                 "it applies to no sign-in: " + std::move(why),
                 std::move(advice));
}

void lint_target(const ApplicationsCondition& target, Complaints& complaints) {
  if (target.only_authentication_contexts) {
    never(complaints, Severity::warning,
          "it is about authentication contexts, which no sign-in here has",
          "name applications instead");
  } else if (!target.user_actions.empty()) {
    if (target.user_actions == EnumSet{UserAction::account_recovery}) {
      never(complaints, Severity::warning,
            "it is about account recovery, which does not happen here",
            "remove it from this host's policies");
    }
  } else if (!target.include_all && target.include.empty()) {
    never(complaints, Severity::error, "it includes no application",
          "name PAM services in includeApplications, or All");
  } else if (!target.include_all && all_among(target.include, target.exclude)) {
    never(complaints, Severity::error,
          "every application that it includes is also excluded",
          "remove them from one of the two");
  }
}

void lint_platforms(const PlatformsCondition& platforms,
                    Complaints& complaints) {
  if (platforms.include_all ||
      !platforms.exclude.contains_all(platforms.include)) {
    return;
  }
  never(complaints, Severity::error,
        "every platform that it includes is also excluded",
        "remove them from one of the two");
}

void lint_locations(const Policy& policy, const NamedLocations& all,
                    Complaints& complaints) {
  const LocationsCondition& locations = *policy.conditions.locations;
  const bool trusted_ones = locations.include_trusted &&
                            !locations.exclude_trusted &&
                            !all.trusted().empty();
  if (locations.include_all || trusted_ones ||
      !all_among(locations.include, locations.exclude)) {
    return;
  }
  // Their names are an error of their own.
  if (!policy.unresolved_locations.empty()) return;
  if (locations.include_trusted && all.trusted().empty()) {
    never(complaints, Severity::error,
          "it includes AllTrusted, and no named location is trusted",
          "set isTrusted in a named location, or include locations by name");
    return;
  }
  never(complaints, Severity::error,
        "every location that it includes is also excluded",
        "remove them from one of the two");
}

void lint_values(const PolicyConditions& wanted, Complaints& complaints) {
  if (wanted.client_app_types == EnumSet{ClientAppType::eas_supported}) {
    never(complaints, Severity::warning,
          "no client here is easSupported; that is an old word for clients "
          "of Exchange",
          "write exchangeActiveSync or other for clients that cannot be asked");
  }
  const EnumSet hidden = {RiskLevel::hidden};
  if (wanted.sign_in_risk_levels == hidden ||
      wanted.user_risk_levels == hidden) {
    never(complaints, Severity::warning, "no risk here is hidden",
          "write low, medium or high");
  }
  if (wanted.not_about_sign_ins) {
    never(complaints, Severity::warning,
          "it is about workload identities or insider risk, of which nothing "
          "is known here",
          "remove it from this host's policies, or remove that condition");
  }
}

void lint_report_only(const Policy& policy, Complaints& complaints) {
  if (policy.state != PolicyState::report_only ||
      policy.conditions.applications.user_actions.empty()) {
    return;
  }
  complaints.add(Severity::warning, "reportOnlySilent",
                 "it will never report anything: user actions are not "
                 "evaluated in report-only mode",
                 "try it with mfactl policy evaluate, and enable it");
}

// --- everybody ---------------------------------------------------------------

// The kinds that PAM services are: those that can ask and those that cannot.
constexpr EnumSet kEveryClient = {
    ClientAppType::mobile_apps_and_desktop_clients, ClientAppType::other};

bool restrict_nothing(const PolicyConditions& wanted) {
  const auto& platforms = wanted.platforms;
  const auto& locations = wanted.locations;
  return (!platforms ||
          (platforms->include_all && platforms->exclude.empty())) &&
         (!locations ||
          (locations->include_all && !locations->exclude_trusted &&
           locations->exclude.empty())) &&
         (wanted.client_app_types.empty() ||
          wanted.client_app_types.contains_all(kEveryClient)) &&
         !wanted.devices && wanted.sign_in_risk_levels.empty() &&
         wanted.user_risk_levels.empty() &&
         wanted.authentication_flows.empty() && !wanted.not_about_sign_ins;
}

bool everyone_everywhere(const PolicyConditions& wanted) {
  const ApplicationsCondition& target = wanted.applications;
  return wanted.users.include_all && target.include_all &&
         target.exclude.empty() && restrict_nothing(wanted);
}

bool excludes_somebody(const UsersCondition& users) {
  return users.exclude_guests || !users.exclude_users.empty() ||
         !users.exclude_groups.empty() || !users.exclude_roles.empty();
}

void lint_everybody(const Policy& policy, Complaints& complaints) {
  const PolicyConditions& wanted = policy.conditions;
  if (!refuses_always(policy.grant) || !everyone_everywhere(wanted)) return;
  const bool but_some = excludes_somebody(wanted.users);
  const bool in_force = policy.state != PolicyState::report_only;
  complaints.add(
      in_force && !but_some ? Severity::error : Severity::warning,
      "refusesEveryone",
      but_some ? "it refuses everyone but those it excludes, on every service"
               : "it refuses everyone on every service",
      "add the condition that is missing, or name the services that are meant; "
      "only an emergency account at the console would still get in");
}

}  // namespace

void lint_reach(const Policy& policy, const NamedLocations& locations,
                Complaints& complaints) {
  const PolicyConditions& wanted = policy.conditions;
  lint_nobody(wanted.users, complaints);
  lint_target(wanted.applications, complaints);
  if (wanted.platforms) lint_platforms(*wanted.platforms, complaints);
  if (wanted.locations) lint_locations(policy, locations, complaints);
  lint_values(wanted, complaints);
  lint_report_only(policy, complaints);
  lint_everybody(policy, complaints);
}

}  // namespace mfa
