// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/refusal.h"

#include <cstddef>

#include "agent/base/escape.h"
#include "agent/policy/evaluate.h"
#include "agent/policy/grant.h"
#include "agent/sign_in/words.h"

namespace mfa {
namespace {

bool refuses(const PolicyFinding& finding) {
  return finding.outcome == PolicyOutcome::blocked ||
         finding.outcome == PolicyOutcome::failed;
}

}  // namespace

Reason refusal_reason(const Decision& decision, const SignInFacts& facts,
                      bool risk_unknown) {
  if (decision.verdict == Verdict::block) return Reason::policy_denied;
  if (risk_unknown) return Reason::risk_unknown;
  switch (decision.error_code) {
    case kDeviceNotCompliant:
      return Reason::device_not_compliant;
    case kDeviceNotDomainJoined:
      return Reason::device_not_joined;
    case kApplicationNotApproved:
      return Reason::application_not_approved;
    case kApplicationNotProtected:
      return Reason::application_not_protected;
    case kProofUpBlockedDueToRisk:
      return Reason::registration_at_risk;
    default:
      return is_legacy_client(facts) ? Reason::legacy_client
                                     : Reason::control_impossible;
  }
}

std::string refusal_text(const SignIn& sign_in, Reason reason) {
  const std::string& id = sign_in.id;
  if (reason == Reason::not_registered) return words::not_registered(id);
  if (reason == Reason::second_factor_missing) {
    return words::second_factor_missing(id);
  }
  const bool about_device = reason == Reason::device_not_compliant ||
                            reason == Reason::device_not_joined;
  const bool proved =
      sign_in.person && sign_in.first_factor != FirstFactor::unknown;
  return about_device && proved ? words::device_required(id)
                                : words::refused(id);
}

std::string refusing_policies(const Policies& policies,
                              const Decision& decision) {
  std::string names;
  for (std::size_t i = 0; i < decision.policies.size(); ++i) {
    const Policy& policy = policy_of(policies, i);
    if (policy.state != PolicyState::enabled ||
        !refuses(decision.policies[i])) {
      continue;
    }
    names += names.empty() ? "policy " : ", ";
    names += quoted(policy.display_name);
  }
  return names;
}

bool asks_for_anything(const Policies& policies, const Decision& decision) {
  for (std::size_t i = 0; i < decision.policies.size(); ++i) {
    const Policy& policy = policy_of(policies, i);
    if (policy.state == PolicyState::enabled &&
        decision.policies[i].applies() && !policy.grant.controls.empty()) {
      return true;
    }
  }
  return false;
}

}  // namespace mfa
