// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/policy_rules.h"

#include <fmt/format.h>

#include "agent/policy/graph_object.h"

namespace mfa {
namespace {

using yaml::Node;

// How a policy fails the one legal form of passwordChange; "": it does not.
std::string_view fault_of_controls(const GrantControls& grant) {
  constexpr Controls kLegal = {Control::mfa, Control::password_change};
  if (grant.controls != kLegal || grant.block) {
    return "its controls are not exactly mfa and passwordChange";
  }
  if (!grant.all_of) return "its operator is not AND";
  return {};
}

std::string_view fault_of_target(const PolicyConditions& conditions) {
  const ApplicationsCondition& target = conditions.applications;
  if (conditions.user_risk_levels.empty()) return "it has no userRiskLevels";
  if (!target.include_all) return "it does not include All applications";
  if (!target.exclude.empty()) return "it excludes applications";
  return {};
}

bool has_authentication_contexts(const Node& policy) {
  const Node* applications = policy.find("conditions")->find("applications");
  return graph::has_entries(*applications,
                            "includeAuthenticationContextClassReferences");
}

// The first condition that may not stand in it; "": none.
std::string_view other_condition(const Node& policy,
                                 const PolicyConditions& conditions) {
  const struct {
    bool is_configured;
    std::string_view name;
  } others[] = {
      {has_authentication_contexts(policy),
       "includeAuthenticationContextClassReferences"},
      {conditions.platforms.has_value(), "platforms"},
      {conditions.devices.has_value(), "devices"},
      {!conditions.client_app_types.empty(), "clientAppTypes"},
      {conditions.locations.has_value(), "locations"},
      {!conditions.sign_in_risk_levels.empty(), "signInRiskLevels"},
      {!conditions.authentication_flows.empty(), "authenticationFlows"},
      {conditions.not_about_sign_ins,
       "a condition about service principals or insider risk"},
  };
  for (const auto& other : others) {
    if (other.is_configured) return other.name;
  }
  return {};
}

std::string fault_of_password_change(const Node& policy, const Policy& read) {
  if (const auto fault = fault_of_controls(read.grant); !fault.empty()) {
    return std::string(fault);
  }
  if (const auto fault = fault_of_target(read.conditions); !fault.empty()) {
    return std::string(fault);
  }
  const auto other = other_condition(policy, read.conditions);
  return other.empty() ? "" : fmt::format("it also has {}", other);
}

}  // namespace

Result<> check_password_change(const Node& policy, const Policy& read) {
  if (!read.grant.controls.contains(Control::password_change)) return {};
  const std::string fault = fault_of_password_change(policy, read);
  if (fault.empty()) return {};
  const Node& list = *policy.find("grantControls")->find("builtInControls");
  return yaml::error_at(
      graph::find_text(list, "passwordChange")->place,
      fmt::format("a policy with passwordChange must require [mfa, "
                  "passwordChange] with operator AND of people with "
                  "userRiskLevels for All applications, and have no other "
                  "condition; {}",
                  fault));
}

}  // namespace mfa
