// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/grant.h"

namespace mfa {
namespace {

// A legacy client meets none of these, whatever it claims to have met.
constexpr Controls kNeedModernClient = {Control::mfa,
                                        Control::authentication_strength,
                                        Control::compliant_device,
                                        Control::domain_joined_device,
                                        Control::risk_remediation,
                                        Control::password_change,
                                        Control::terms_of_use};

enum class Standing { cannot_be_met, can_be_met, holds };

Standing holds_or_not(bool holds) {
  return holds ? Standing::holds : Standing::cannot_be_met;
}

Standing held_or_asked_for(bool holds) {
  return holds ? Standing::holds : Standing::can_be_met;
}

bool is_domain_joined(const std::optional<Device>& device) {
  return device && device->text(DeviceText::trust_type) == "ServerAD";
}

Standing standing(Control control, const GrantControls& grant,
                  const SignInFacts& facts) {
  if (is_legacy_client(facts) && kNeedModernClient.contains(control)) {
    return Standing::cannot_be_met;
  }
  switch (control) {
    case Control::compliant_device:
      return holds_or_not(facts.device &&
                          facts.device->is_compliant.value_or(false));
    case Control::domain_joined_device:
      return holds_or_not(is_domain_joined(facts.device));
    case Control::approved_application:
    case Control::compliant_application:
    case Control::custom_authentication_factor:
      return Standing::cannot_be_met;
    case Control::authentication_strength:
      return held_or_asked_for(
          grant.strength &&
          grant.strength->is_met_by(facts.authentication_methods));
    case Control::mfa:
    case Control::risk_remediation:
    case Control::password_change:
    case Control::terms_of_use:
      return held_or_asked_for(facts.satisfied_controls.contains(control));
  }
  return Standing::cannot_be_met;
}

int error_code_of(Control control, const SignInFacts& facts) {
  if (is_legacy_client(facts) && kNeedModernClient.contains(control)) {
    return kBlockedByConditionalAccess;
  }
  switch (control) {
    case Control::compliant_device:
      return kDeviceNotCompliant;
    case Control::domain_joined_device:
      return kDeviceNotDomainJoined;
    case Control::approved_application:
      return kApplicationNotApproved;
    case Control::compliant_application:
      return kApplicationNotProtected;
    case Control::mfa:
    case Control::authentication_strength:
    case Control::risk_remediation:
    case Control::password_change:
    case Control::terms_of_use:
    case Control::custom_authentication_factor:
      break;
  }
  return kBlockedByConditionalAccess;
}

GrantFinding failed_by(Control control, const SignInFacts& facts) {
  return {PolicyOutcome::failed, {control}, error_code_of(control, facts)};
}

GrantFinding still_wanted(Controls required) {
  if (required.empty()) return {PolicyOutcome::satisfied, {}, 0};
  return {PolicyOutcome::interaction_required, required, 0};
}

// The controls of a policy by how they stand; `first_*` in their fixed order.
struct Standings {
  Controls can_be_met;
  std::optional<Control> first_wanted, first_unmeetable, first_to_ask;
  bool one_holds = false;
};

Standings standings(const GrantControls& grant, const SignInFacts& facts) {
  Standings all;
  grant.controls.for_each([&](Control control) {
    if (!all.first_wanted) all.first_wanted = control;
    switch (standing(control, grant, facts)) {
      case Standing::holds:
        all.one_holds = true;
        break;
      case Standing::can_be_met:
        all.can_be_met.insert(control);
        if (!all.first_to_ask) all.first_to_ask = control;
        break;
      case Standing::cannot_be_met:
        if (!all.first_unmeetable) all.first_unmeetable = control;
        break;
    }
  });
  return all;
}

GrantFinding by_controls(const GrantControls& grant, const SignInFacts& facts) {
  const Standings all = standings(grant, facts);
  if (!all.first_wanted) return still_wanted({});
  if (grant.all_of) {
    if (all.first_unmeetable) return failed_by(*all.first_unmeetable, facts);
    return still_wanted(all.can_be_met);
  }
  if (all.one_holds) return still_wanted({});
  if (all.first_to_ask) return still_wanted({*all.first_to_ask});
  return failed_by(*all.first_wanted, facts);
}

bool asks_for_second_factor(const Controls& required) {
  return required.contains(Control::mfa) ||
         required.contains(Control::authentication_strength);
}

}  // namespace

bool is_legacy_client(const SignInFacts& facts) {
  return facts.client_app_type == ClientAppType::other ||
         facts.client_app_type == ClientAppType::exchange_active_sync;
}

GrantFinding what_is_wanted(const Policy& policy, const SignInFacts& facts) {
  if (policy.grant.block) {
    return {PolicyOutcome::blocked, {}, kBlockedByConditionalAccess};
  }
  GrantFinding finding = by_controls(policy.grant, facts);
  // Nobody binds a second factor during a sign-in that is itself at risk.
  if (!policy.conditions.sign_in_risk_levels.empty() &&
      !facts.may_have_methods && asks_for_second_factor(finding.required) &&
      finding.outcome == PolicyOutcome::interaction_required) {
    return {PolicyOutcome::failed, finding.required, kProofUpBlockedDueToRisk};
  }
  return finding;
}

}  // namespace mfa
