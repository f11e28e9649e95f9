// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/applicability.h"

#include <algorithm>

namespace mfa {
namespace {

// --- who ---------------------------------------------------------------------

bool names(const std::vector<UserRef>& refs, const UserFacts& user) {
  return std::any_of(refs.begin(), refs.end(), [&](const UserRef& ref) {
    return (!user.id.empty() && ref.id == user.id) ||
           (!user.account.empty() && ref.id == user.account) ||
           (!user.principal_name.empty() &&
            ref.principal_name == user.principal_name);
  });
}

bool share_a_name(const std::vector<Name>& wanted, const NameSet& held) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const Name& name) { return held.contains(name); });
}

bool includes(const UsersCondition& users, const UserFacts& user) {
  if (users.include_all) return true;
  if (users.include_guests && user.is_guest) return true;
  if (names(users.include_users, user)) return true;
  return share_a_name(users.include_groups, user.groups) ||
         share_a_name(users.include_roles, user.roles) ||
         share_a_name(users.include_groups, user.uncertain_groups) ||
         share_a_name(users.include_roles, user.uncertain_roles);
}

bool excludes(const UsersCondition& users, const UserFacts& user) {
  if (users.exclude_guests && user.is_guest) return true;
  if (names(users.exclude_users, user)) return true;
  return share_a_name(users.exclude_groups, user.groups) ||
         share_a_name(users.exclude_roles, user.roles);
}

// --- to what -----------------------------------------------------------------

bool has(const std::vector<Name>& names, const Name& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

AnalysisReason failed_target(const ApplicationsCondition& target,
                             const SignInFacts& facts) {
  const auto good = AnalysisReason::not_set;
  if (!target.user_actions.empty()) {
    const bool wanted =
        facts.user_action && target.user_actions.contains(*facts.user_action);
    return wanted ? good : AnalysisReason::user_actions;
  }
  if (facts.user_action) return AnalysisReason::application;
  const bool known = !facts.application.empty();
  const bool included =
      target.include_all || (known && has(target.include, facts.application));
  const bool excluded = known && has(target.exclude, facts.application);
  return included && !excluded ? good : AnalysisReason::application;
}

// --- from what ---------------------------------------------------------------

bool matches(const PlatformsCondition& platforms,
             const std::optional<DevicePlatform>& platform) {
  if (!platform) return platforms.include_all;
  return (platforms.include_all || platforms.include.contains(*platform)) &&
         !platforms.exclude.contains(*platform);
}

bool matches(const DeviceFilterCondition& condition,
             const std::optional<Device>& device) {
  const bool found = condition.filter.matches(device ? &*device : nullptr);
  return found != condition.exclude;
}

bool in_any(const std::vector<std::size_t>& locations, bool as_include,
            WhereIs& where) {
  return std::any_of(
      locations.begin(), locations.end(),
      [&](std::size_t location) { return where.in(location, as_include); });
}

bool matches(const LocationsCondition& locations, WhereIs& where) {
  const bool included = locations.include_all ||
                        (locations.include_trusted && where.in_trusted(true)) ||
                        in_any(locations.include, true, where);
  if (!included) return false;
  return !(locations.exclude_trusted && where.in_trusted(false)) &&
         !in_any(locations.exclude, false, where);
}

// --- set membership; a set that is empty is not configured -----------------

template <class E>
bool matches(const EnumSet<E>& wanted, const std::optional<E>& value) {
  return wanted.empty() || (value && wanted.contains(*value));
}

// --- kinds that never apply, whoever signs in ------------------------------

AnalysisReason never_applies(const Policy& policy) {
  if (policy.conditions.not_about_sign_ins) {
    return AnalysisReason::not_enough_information;
  }
  // Entra does not report on user actions.
  if (policy.state == PolicyState::report_only &&
      !policy.conditions.applications.user_actions.empty()) {
    return AnalysisReason::user_actions;
  }
  return AnalysisReason::not_set;
}

}  // namespace

AnalysisReason first_failed_condition(const Policy& policy,
                                      const SignInFacts& facts,
                                      WhereIs& where) {
  using Reason = AnalysisReason;
  if (policy.state == PolicyState::disabled) return Reason::policy_not_enabled;
  const Reason never = never_applies(policy);
  if (never != Reason::not_set) return never;

  const PolicyConditions& wanted = policy.conditions;
  if (!includes(wanted.users, facts.user) ||
      excludes(wanted.users, facts.user)) {
    return Reason::users;
  }
  const Reason target = failed_target(wanted.applications, facts);
  if (target != Reason::not_set) return target;
  if (wanted.platforms && !matches(*wanted.platforms, facts.device_platform)) {
    return Reason::device_platform;
  }
  if (wanted.devices && !matches(*wanted.devices, facts.device)) {
    return Reason::devices;
  }
  if (!matches(wanted.client_app_types, facts.client_app_type)) {
    return Reason::client_apps;
  }
  if (wanted.locations && !matches(*wanted.locations, where)) {
    return Reason::location;
  }
  if (!matches(wanted.sign_in_risk_levels, facts.sign_in_risk)) {
    return Reason::sign_in_risk;
  }
  if (!matches(wanted.user_risk_levels, facts.user_risk)) {
    return Reason::user_risk;
  }
  if (!matches(wanted.authentication_flows, facts.authentication_flow)) {
    return Reason::authentication_flow;
  }
  return Reason::not_set;
}

}  // namespace mfa
