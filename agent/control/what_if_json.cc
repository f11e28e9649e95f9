// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/what_if_json.h"

#include <cstddef>
#include <string>

#include "agent/model/graph_names.h"
#include "agent/policy/evaluate.h"

namespace mfa::control {
namespace {

Json null_if_empty(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

template <class E>
Json name_json(const std::optional<E>& value) {
  return value ? Json(graph_name(*value)) : Json(nullptr);
}

Json controls_json(const Controls& controls) {
  Json names = Json::array();
  controls.for_each(
      [&](Control control) { names.push_back(graph_name(control)); });
  return names;
}

Json row_json(const Policy& policy, const PolicyFinding& finding) {
  return {{"id", null_if_empty(policy.id)},
          {"displayName", policy.display_name},
          {"state", graph_name(policy.state)},
          {"policyApplies", finding.applies()},
          {"analysisReasons", graph_name(finding.reason)},
          {"outcome", graph_name(finding.outcome)},
          {"result", graph_name(finding.result)},
          {"requiredControls", controls_json(finding.required)}};
}

Json policies_json(const Policies& policies, const Decision& decision) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < decision.policies.size(); ++i) {
    rows.push_back(row_json(policy_of(policies, i), decision.policies[i]));
  }
  return rows;
}

Json frequency_json(const std::optional<SignInFrequency>& frequency) {
  if (!frequency) return nullptr;
  if (frequency->every_time) return "everyTime";
  return {{"value", frequency->value}, {"type", graph_name(frequency->unit)}};
}

const char* result_of(const Rehearsal& rehearsal) {
  if (rehearsal.end.kind != Step::Kind::let_in) return "failure";
  return rehearsal.asked.empty() ? "success" : "interrupted";
}

// In the words of the sign-in log.
Json outcome_json(const Rehearsal& rehearsal) {
  const ReasonText& reason = describe(rehearsal.end.reason);
  return {{"result", result_of(rehearsal)},
          {"reason", reason.name},
          {"errorCode", reason.error_code},
          {"askedFor", controls_json(rehearsal.asked)},
          {"explanation", reason.explanation},
          {"remedy", reason.remedy},
          {"detail", null_if_empty(rehearsal.end.detail)}};
}

Json decision_json(const Case& a_case, bool emergency) {
  const Decision& decision = a_case.decision;
  const auto verdict = emergency ? Verdict::grant : decision.verdict;
  const SessionControls& session = decision.session_controls;
  return {{"decision", graph_name(verdict)},
          {"errorCode", emergency ? 0 : decision.error_code},
          {"emergencyAccess", emergency},
          {"requiredControls", controls_json(decision.required_controls)},
          {"sessionControls",
           {{"signInFrequency", frequency_json(session.sign_in_frequency)},
            {"persistentBrowser", name_json(session.persistent_browser)}}}};
}

Json user_json(const SignIn& sign_in) {
  const UserFacts& user = sign_in.facts.user;
  return {{"user", sign_in.person->name.str()},
          {"id", user.id.text()},
          {"userPrincipalName", user.principal_name.text()},
          {"isGuest", user.is_guest},
          {"groups", sign_in.person->groups},
          {"roles", sign_in.person->roles},
          {"membershipsKnown", sign_in.person->memberships_known()}};
}

Json device_json(const std::optional<Device>& device) {
  if (!device) return nullptr;
  const auto text = [&](DeviceText attribute) {
    const auto& value = device->text(attribute);
    return value ? Json(*value) : Json(nullptr);
  };
  return {{"deviceId", text(DeviceText::device_id)},
          {"displayName", text(DeviceText::display_name)},
          {"isCompliant",
           device->is_compliant ? Json(*device->is_compliant) : Json(nullptr)},
          {"trustType", text(DeviceText::trust_type)}};
}

Json country_json(const std::optional<CountryCode>& country) {
  if (!country) return nullptr;
  return std::string(std::begin(country->letters), std::end(country->letters));
}

// Where the sign-in is, as far as policies can include it.
Json locations_json(const NamedLocations& locations, const SignInFacts& facts) {
  Json names = Json::array();
  for (const NamedLocation& location : locations.list()) {
    if (!location.contains(facts, true)) continue;
    names.push_back({{"displayName", location.display_name},
                     {"isTrusted", location.is_trusted}});
  }
  return names;
}

const char* first_factor_name(FirstFactor factor) {
  switch (factor) {
    case FirstFactor::password:
      return "password";
    case FirstFactor::public_key:
      return "public_key";
    case FirstFactor::unknown:
      break;
  }
  return "unknown";
}

Json facts_json(const Case& a_case, const Grace& grace) {
  const SignIn& sign_in = a_case.sign_in;
  const SignInFacts& facts = sign_in.facts;
  const auto& address = facts.ip_address;
  return {{"user", user_json(sign_in)},
          {"application", facts.application.text()},
          {"userAction", name_json(facts.user_action)},
          {"clientAppType", name_json(facts.client_app_type)},
          {"ipAddress", address ? Json(address->str()) : Json(nullptr)},
          {"localConsole", facts.local_console},
          {"country", country_json(facts.country)},
          {"namedLocations",
           locations_json(a_case.generation.rules->policies.locations, facts)},
          {"devicePlatform", name_json(facts.device_platform)},
          {"device", device_json(facts.device)},
          {"signInRiskLevel", name_json(facts.sign_in_risk)},
          {"userRiskLevel", name_json(facts.user_risk)},
          {"firstFactor", first_factor_name(sign_in.first_factor)},
          {"satisfiedControls", controls_json(facts.satisfied_controls)},
          {"registered", a_case.state.is_registered()},
          {"graceDaysLeft", grace.days_left},
          {"perUserMfaRequired", facts.per_user_mfa}};
}

}  // namespace

Json what_if_json(const Case& a_case, const Grace& grace,
                  const Rehearsal& rehearsal) {
  const Policies& policies = a_case.generation.rules->policies;
  const bool emergency = rehearsal.end.reason == Reason::emergency_access;
  return {{"policies", policies_json(policies, a_case.decision)},
          {"decision", decision_json(a_case, emergency)},
          {"outcome", outcome_json(rehearsal)},
          {"facts", facts_json(a_case, grace)}};
}

}  // namespace mfa::control
