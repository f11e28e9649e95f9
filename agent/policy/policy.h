// SPDX-License-Identifier: BSD-3-Clause
//
// One Conditional Access policy, as Graph's `conditionalAccessPolicy`, made
// ready to be evaluated: names carry their hashes, locations are indices.
// Made by read_policies.h only, which keeps the rules between the members.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/model/decision.h"
#include "agent/model/enum_set.h"
#include "agent/model/graph_names.h"
#include "agent/model/name_set.h"
#include "agent/model/sign_in_facts.h"
#include "agent/policy/authentication_strength.h"
#include "agent/policy/device_filter.h"
#include "agent/policy/named_locations.h"

namespace mfa {

enum class PolicyState { disabled, report_only, enabled };

template <>
std::span<const GraphName<PolicyState>> graph_names();

// A person as a policy names one: by id exactly, or by userPrincipalName.
struct UserRef {
  Name id;
  Name principal_name;  // the same text in lower case
};

struct UsersCondition {
  bool include_all = false;
  bool include_guests = false;
  bool exclude_guests = false;
  std::vector<UserRef> include_users, exclude_users;
  std::vector<Name> include_groups, exclude_groups;
  std::vector<Name> include_roles, exclude_roles;  // role_key() of each
};

struct ApplicationsCondition {
  bool include_all = false;
  std::vector<Name> include, exclude;  // PAM services
  // Not empty: the policy is about these actions and not about sign-ins.
  EnumSet<UserAction> user_actions;
  // About authentication contexts, which no sign-in here has.
  bool only_authentication_contexts = false;
};

struct PlatformsCondition {
  bool include_all = false;
  EnumSet<DevicePlatform> include, exclude;
};

// Locations are indices into NamedLocations::list. Names that are no location
// (any more) are kept in `unresolved` and match nothing.
struct LocationsCondition {
  bool include_all = false;
  bool include_trusted = false;
  bool exclude_trusted = false;
  std::vector<std::size_t> include, exclude;
};

struct DeviceFilterCondition {
  bool exclude = false;  // mode: exclude
  DeviceFilter filter;
  std::string rule;  // as written
};

// An empty optional or set is a condition that is not configured: it matches.
struct PolicyConditions {
  UsersCondition users;
  ApplicationsCondition applications;
  std::optional<PlatformsCondition> platforms;
  std::optional<DeviceFilterCondition> devices;
  EnumSet<ClientAppType> client_app_types;
  std::optional<LocationsCondition> locations;
  EnumSet<RiskLevel> sign_in_risk_levels;
  EnumSet<RiskLevel> user_risk_levels;
  EnumSet<AuthenticationFlow> authentication_flows;
  // About workload identities or insider risk, which no sign-in here has.
  bool not_about_sign_ins = false;
};

struct GrantControls {
  bool all_of = false;  // operator AND; else one of them is enough
  bool block = false;
  Controls controls;
  std::optional<AuthenticationStrength> strength;
  std::vector<std::string> terms_of_use;  // ids
};

struct Policy {
  std::string id;  // "" where the file gives none
  std::string display_name;
  PolicyState state = PolicyState::disabled;
  PolicyConditions conditions;
  GrantControls grant;
  SessionControls session;
  bool disable_resilience_defaults = false;

  // For lint and for errors: "FILE:LINE:COLUMN" of the policy, what it names
  // and what has no meaning here.
  std::string place;
  std::vector<std::string> unresolved_locations;
  std::vector<std::string> without_meaning;
};

struct Policies {
  bool security_defaults = false;
  std::vector<Policy> list;
  NamedLocations locations;
};

}  // namespace mfa
