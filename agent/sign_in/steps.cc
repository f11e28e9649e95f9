// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/steps.h"

#include <utility>
#include <vector>

#include "agent/facts/facts.h"
#include "agent/facts/identity.h"
#include "agent/policy/evaluate.h"
#include "agent/policy/resilience.h"
#include "agent/sign_in/refusal.h"
#include "agent/sign_in/standing.h"

namespace mfa {
namespace {

using Kind = Step::Kind;

Step refusal(Reason reason, std::string detail = "") {
  return {Kind::refuse, reason, std::move(detail)};
}

// A grant that was waited for and is none: only what changed in between can
// have caused it.
Step changed() { return refusal(Reason::policy_changed); }

Step refused_by_policy(const Case& a_case) {
  const Policies& policies = a_case.generation.rules->policies;
  const SignInFacts& facts = a_case.sign_in.facts;
  const Decision& decision = a_case.decision;
  return refusal(
      refusal_reason(decision, facts,
                     waits_for_unknown_risk(policies, facts, decision)),
      refusing_policies(policies, decision));
}

bool has_given_code(const Case& a_case) {
  return a_case.sign_in.proved_controls.contains(Control::mfa);
}

Step granted(const Case& a_case) {
  if (has_given_code(a_case)) return {Kind::let_in, Reason::verified};
  if (a_case.by_remembered) return {Kind::let_in, Reason::remembered};
  const bool asked =
      asks_for_anything(a_case.generation.rules->policies, a_case.decision);
  return {Kind::let_in,
          asked ? Reason::controls_held : Reason::nothing_required};
}

Step granted_by(const Grace& grace) {
  return {Kind::let_in, Reason::registration_grace, "", nullptr, grace};
}

// --- a new password ----------------------------------------------------------

bool wants_new_password(const Case& a_case) {
  const Controls& required = a_case.decision.required_controls;
  return required.contains(Control::password_change) ||
         required.contains(Control::risk_remediation);
}

// The password that PAM changes is that of the account it signs in to, on
// root's word: another's, or an unprivileged caller's word, remediates
// nothing.
bool can_change_password(const SignIn& sign_in) {
  return sign_in.asker == Asker::root && sign_in.person &&
         sign_in.target_user.empty();
}

Step new_password(const Case& a_case) {
  if (a_case.pending.password_change) return changed();
  if (!can_change_password(a_case.sign_in)) {
    return refusal(Reason::password_change_due);
  }
  return {Kind::change_password};
}

// --- terms of use ------------------------------------------------------------

Step next_terms(const Case& a_case) {
  for (const std::string& id : wanted_terms(a_case)) {
    const TermsOfUse* terms = a_case.generation.config().find_terms(id);
    if (!terms) {
      return refusal(Reason::control_impossible,
                     "terms_of_use does not define " + id);
    }
    if (has_accepted(a_case, *terms)) continue;
    return {Kind::accept_terms, Reason::terms_declined, "", terms};
  }
  return changed();
}

// Besides a second factor, in their order.
Step remaining(const Case& a_case) {
  if (wants_new_password(a_case)) return new_password(a_case);
  if (a_case.decision.required_controls.contains(Control::terms_of_use)) {
    return next_terms(a_case);
  }
  return changed();
}

// --- the second factor -------------------------------------------------------

// Whether every strength that is asked for takes the one method there is.
bool totp_is_strong_enough(const Case& a_case) {
  const Policies& policies = a_case.generation.rules->policies;
  for (std::size_t i = 0; i < a_case.decision.policies.size(); ++i) {
    const Policy& policy = policy_of(policies, i);
    if (policy.state == PolicyState::enabled &&
        a_case.decision.policies[i].required.contains(
            Control::authentication_strength) &&
        !policy.grant.strength->allows(kPasswordAndTotp)) {
      return false;
    }
  }
  return true;
}

// A second factor is required and the person has none. The truth is told only
// to somebody who has proved a first factor; for anyone else the prompt is
// the same as for everybody, and fails.
Step without_method(const Desk& desk, const Case& a_case) {
  const bool proved = a_case.sign_in.first_factor != FirstFactor::unknown;
  if (!proved) return {Kind::ask_for_code};
  const Grace grace = grace_of(desk, a_case, proved);
  // Who has nothing registered cannot prove to be the owner of the account.
  if (!grace.allowed || wants_new_password(a_case)) {
    return refusal(Reason::not_registered);
  }
  return grace_is_enough(a_case.decision) ? granted_by(grace)
                                          : remaining(a_case);
}

Step second_factor(const Desk& desk, const Case& a_case) {
  if (has_given_code(a_case)) return changed();
  if (!a_case.state.is_registered()) return without_method(desk, a_case);
  if (!totp_is_strong_enough(a_case)) return refusal(Reason::strength_not_met);
  return {Kind::ask_for_code};
}

}  // namespace

std::optional<Step> closed_account(const Case& a_case) {
  const auto& person = a_case.sign_in.person;
  if (!person || !person->central) return std::nullopt;
  const CentralRecord& central = *person->central;
  switch (central.standing) {
    case CentralRecord::Standing::unknown:
    case CentralRecord::Standing::enabled:
      return std::nullopt;
    case CentralRecord::Standing::disabled:
      return refusal(Reason::account_disabled, central.detail);
    case CentralRecord::Standing::conflict:
      break;
  }
  return refusal(Reason::account_conflict, central.detail);
}

Step next_step(const Desk& desk, Case& a_case) {
  if (auto end = closed_account(a_case)) {
    end->kind = Kind::ask_in_vain;
    return std::move(*end);
  }
  const Verdict verdict = settle(desk, a_case).verdict;
  if (verdict != Verdict::grant && verdict != Verdict::challenge) {
    return refused_by_policy(a_case);
  }
  // Nobody is let in as an account that does not exist.
  if (!a_case.sign_in.person) return {Kind::ask_for_code};
  if (verdict == Verdict::grant) return granted(a_case);
  return wants_second_factor(a_case) ? second_factor(desk, a_case)
                                     : remaining(a_case);
}

Step only_step(const Desk& desk, Case& a_case) {
  if (auto end = closed_account(a_case)) return std::move(*end);
  switch (settle(desk, a_case).verdict) {
    case Verdict::grant:
      return granted(a_case);
    case Verdict::challenge:
      break;
    case Verdict::block:
    case Verdict::deny:
      return refused_by_policy(a_case);
  }
  if (a_case.state.is_registered() || !grace_is_enough(a_case.decision)) {
    return refusal(Reason::second_factor_missing);
  }
  // The application runs this phase only after its own authentication is
  // complete, so the first factor counts as proved.
  const Grace grace = grace_of(desk, a_case, true);
  return grace.allowed ? granted_by(grace) : refusal(Reason::not_registered);
}

void note_code(Case& a_case) {
  a_case.by_remembered = false;
  prove(a_case.sign_in, Control::mfa);
  prove(a_case.sign_in, kPasswordAndTotp);
}

// Done between the phases: the account phase tells the application to have
// the password changed.
void note_password_change(Case& a_case) {
  const Rules& rules = *a_case.generation.rules;
  a_case.pending.password_change =
      user_risk_of(*a_case.sign_in.person, rules).stamp;
  for (const Control control :
       {Control::risk_remediation, Control::password_change}) {
    if (a_case.decision.required_controls.contains(control)) {
      prove(a_case.sign_in, control);
    }
  }
}

void note_accepted(Case& a_case, const TermsOfUse& terms, Instant now) {
  a_case.pending.terms.push_back({terms.id, terms.version, now});
}

}  // namespace mfa
