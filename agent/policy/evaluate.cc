// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/evaluate.h"

#include "agent/config/role_names.h"
#include "agent/policy/applicability.h"
#include "agent/policy/grant.h"

namespace mfa {
namespace {

constexpr char kDirectorySynchronizationAccounts[] =
    "Directory Synchronization Accounts";

Policy make_security_defaults() {
  Policy policy;
  policy.display_name = kSecurityDefaultsName;
  policy.state = PolicyState::enabled;
  policy.conditions.users.include_all = true;
  policy.conditions.users.exclude_roles.emplace_back(
      role_key(kDirectorySynchronizationAccounts));
  policy.conditions.applications.include_all = true;
  policy.grant.controls = {Control::mfa};
  return policy;
}

Policy make_per_user_mfa() {
  Policy policy;
  policy.display_name = kPerUserMfaName;
  policy.state = PolicyState::enabled;
  policy.conditions.users.include_all = true;
  policy.conditions.applications.include_all = true;
  policy.grant.controls = {Control::mfa};
  return policy;
}

PolicyResult result_of(PolicyOutcome outcome, bool report_only) {
  switch (outcome) {
    case PolicyOutcome::satisfied:
      return report_only ? PolicyResult::report_only_success
                         : PolicyResult::success;
    case PolicyOutcome::interaction_required:
      return report_only ? PolicyResult::report_only_interrupted
                         : PolicyResult::failure;
    case PolicyOutcome::not_applied:
      return report_only ? PolicyResult::report_only_not_applied
                         : PolicyResult::not_applied;
    case PolicyOutcome::not_enabled:
      return PolicyResult::not_enabled;
    case PolicyOutcome::failed:
    case PolicyOutcome::blocked:
      break;
  }
  return report_only ? PolicyResult::report_only_failure
                     : PolicyResult::failure;
}

PolicyFinding finding_of(const Policy& policy, const SignInFacts& facts,
                         WhereIs& where) {
  PolicyFinding finding;
  finding.reason = first_failed_condition(policy, facts, where);
  if (finding.reason == AnalysisReason::policy_not_enabled) {
    finding.outcome = PolicyOutcome::not_enabled;
  } else if (finding.reason != AnalysisReason::not_set) {
    finding.outcome = PolicyOutcome::not_applied;
  } else {
    const GrantFinding grant = what_is_wanted(policy, facts);
    finding.outcome = grant.outcome;
    finding.required = grant.required;
    finding.error_code = grant.error_code;
  }
  finding.result =
      result_of(finding.outcome, policy.state == PolicyState::report_only);
  return finding;
}

bool is_stricter(const SignInFrequency& frequency,
                 const std::optional<SignInFrequency>& than) {
  if (!than) return true;
  if (than->every_time) return false;
  return frequency.every_time || frequency.hours() < than->hours();
}

void add(const SessionControls& wanted, SessionControls& all) {
  if (wanted.sign_in_frequency &&
      is_stricter(*wanted.sign_in_frequency, all.sign_in_frequency)) {
    all.sign_in_frequency = wanted.sign_in_frequency;
  }
  if (wanted.persistent_browser &&
      all.persistent_browser != PersistentBrowser::never) {
    all.persistent_browser = wanted.persistent_browser;
  }
}

// What all enabled policies together come to.
class Sum {
 public:
  void add(const Policy& policy, const PolicyFinding& finding) {
    if (policy.state != PolicyState::enabled || !finding.applies()) return;
    mfa::add(policy.session, session_);
    blocked_ = blocked_ || finding.outcome == PolicyOutcome::blocked;
    if (finding.outcome == PolicyOutcome::failed && first_failure_ == 0) {
      first_failure_ = finding.error_code;
    }
    if (finding.outcome == PolicyOutcome::interaction_required) {
      required_ |= finding.required;
    }
  }

  void conclude(Decision& decision) const {
    decision.session_controls = session_;
    decision.error_code = 0;
    decision.required_controls = {};
    if (blocked_) {
      decision.verdict = Verdict::block;
      decision.error_code = kBlockedByConditionalAccess;
    } else if (first_failure_ != 0) {
      decision.verdict = Verdict::deny;
      decision.error_code = first_failure_;
    } else if (!required_.empty()) {
      decision.verdict = Verdict::challenge;
      decision.required_controls = required_;
    } else {
      decision.verdict = Verdict::grant;
    }
  }

 private:
  bool blocked_ = false;
  int first_failure_ = 0;
  Controls required_;
  SessionControls session_;
};

}  // namespace

const Policy& security_defaults_policy() {
  static const Policy policy = make_security_defaults();
  return policy;
}

namespace {

const Policy& per_user_mfa_policy() {
  static const Policy policy = make_per_user_mfa();
  return policy;
}

}  // namespace

const Policy& policy_of(const Policies& policies, std::size_t index) {
  if (index < policies.list.size()) return policies.list[index];
  const bool defaults =
      policies.security_defaults && index == policies.list.size();
  return defaults ? security_defaults_policy() : per_user_mfa_policy();
}

void evaluate(const Policies& policies, const SignInFacts& facts,
              Decision& decision) {
  WhereIs where(policies.locations, facts);
  Sum sum;
  decision.policies.clear();
  const auto look_at = [&](const Policy& policy) {
    const PolicyFinding& finding =
        decision.policies.emplace_back(finding_of(policy, facts, where));
    sum.add(policy, finding);
  };
  for (const Policy& policy : policies.list) look_at(policy);
  if (policies.security_defaults) look_at(security_defaults_policy());
  if (facts.per_user_mfa) look_at(per_user_mfa_policy());
  sum.conclude(decision);
}

Decision evaluate(const Policies& policies, const SignInFacts& facts) {
  Decision decision;
  decision.policies.reserve(policies.list.size() + 2);
  evaluate(policies, facts, decision);
  return decision;
}

}  // namespace mfa
