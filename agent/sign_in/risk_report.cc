// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/risk_report.h"

#include <cstddef>

#include "agent/facts/identity.h"
#include "agent/policy/evaluate.h"

namespace mfa {
namespace {

// What policies about risk, of those in force that apply, ask for.
struct Asked {
  bool new_password = false;
  bool second_factor = false;
};

Asked asked_for(const Policies& policies, const Decision& decision) {
  Asked asked;
  for (std::size_t i = 0; i < decision.policies.size(); ++i) {
    const Policy& policy = policy_of(policies, i);
    const PolicyConditions& conditions = policy.conditions;
    if (policy.state != PolicyState::enabled ||
        !decision.policies[i].applies() ||
        (conditions.user_risk_levels.empty() &&
         conditions.sign_in_risk_levels.empty())) {
      continue;
    }
    const Controls& controls = policy.grant.controls;
    asked.new_password |= controls.contains(Control::password_change) ||
                          controls.contains(Control::risk_remediation);
    asked.second_factor |= controls.contains(Control::mfa) ||
                           controls.contains(Control::authentication_strength);
  }
  return asked;
}

bool second_factor_is_enough(std::optional<RiskLevel> level) {
  return level == RiskLevel::low || level == RiskLevel::medium;
}

bool is_at_risk(const CentralRecord& central) {
  return !central.id.empty() && central.risk &&
         *central.risk != RiskLevel::none;
}

}  // namespace

std::optional<DirectoryReport> risk_report_of(const Case& a_case,
                                              bool new_password) {
  const auto& person = a_case.sign_in.person;
  if (!person || !person->central || !is_at_risk(*person->central)) {
    return std::nullopt;
  }
  const Rules& rules = *a_case.generation.rules;
  const Asked asked = asked_for(rules.policies, a_case.decision);
  DirectoryReport report;
  report.person_id = person->central->id;
  const UserRisk risk = user_risk_of(*person, rules);
  report.risk_stamp = risk.stamp;
  if (asked.new_password) {
    report.action = DirectoryReport::Action::dismiss_risk;
    return new_password ? std::optional(report) : std::nullopt;
  }
  const bool passed = a_case.sign_in.proved_controls.contains(Control::mfa);
  if (!asked.second_factor || !passed ||
      !second_factor_is_enough(person->central->risk) ||
      !second_factor_is_enough(risk.level)) {
    return std::nullopt;
  }
  report.action = DirectoryReport::Action::confirm_safe;
  return report;
}

std::optional<std::string> risk_ended_by_second_factor(
    const SignIn& approved, const Rules& rules,
    const std::optional<DirectoryReport>& report) {
  if (!report || report->action != DirectoryReport::Action::confirm_safe ||
      report->risk_stamp.empty() || !approved.person) {
    return std::nullopt;
  }
  // A risk that was found after the code was given is another one.
  if (user_risk_of(*approved.person, rules).stamp != report->risk_stamp) {
    return std::nullopt;
  }
  return report->risk_stamp;
}

}  // namespace mfa
