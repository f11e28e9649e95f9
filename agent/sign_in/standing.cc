// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/standing.h"

#include <algorithm>

#include "agent/model/graph_names.h"
#include "agent/policy/evaluate.h"
#include "agent/sign_in/remembered.h"

namespace mfa {
namespace {

const RememberedMfa* remembered(const Desk& desk, const Case& a_case) {
  const auto lifetime = remembered_for(a_case.decision.session_controls);
  const Now now = desk.clock.now();
  const auto binding =
      binding_of(a_case.sign_in, a_case.generation.rules->fingerprint, now);
  if (lifetime.count() == 0 || !binding) return nullptr;
  return find_remembered(a_case.state, *binding, lifetime, now.wall);
}

// Over the facts only: what is remembered was not proved in this sign-in.
void lay_over_remembered(const Desk& desk, Case& a_case) {
  const RememberedMfa* kept = remembered(desk, a_case);
  if (!kept) return;
  SignInFacts& facts = a_case.sign_in.facts;
  facts.satisfied_controls.insert(Control::mfa);
  const auto methods = parse_combination(kept->methods);
  if (methods) facts.authentication_methods.push_back(*methods);
  a_case.by_remembered = true;
  decide(a_case);
}

bool all_terms_accepted(const Case& a_case) {
  const auto ids = wanted_terms(a_case);
  return std::all_of(ids.begin(), ids.end(), [&](const std::string& id) {
    const TermsOfUse* terms = a_case.generation.config().find_terms(id);
    return terms && has_accepted(a_case, *terms);
  });
}

bool accepts(const std::vector<AcceptedTerms>& list, const TermsOfUse& terms) {
  return std::any_of(list.begin(), list.end(), [&](const auto& accepted) {
    return accepted.id == terms.id && accepted.version == terms.version;
  });
}

}  // namespace

const Decision& settle(const Desk& desk, Case& a_case) {
  decide(a_case);
  if (a_case.decision.verdict == Verdict::challenge &&
      wants_second_factor(a_case)) {
    lay_over_remembered(desk, a_case);
  }
  if (a_case.decision.required_controls.contains(Control::terms_of_use) &&
      all_terms_accepted(a_case)) {
    a_case.sign_in.facts.satisfied_controls.insert(Control::terms_of_use);
    decide(a_case);
  }
  return a_case.decision;
}

// A new password alone would let whoever stole the old one take the risk from
// the account.
bool wants_second_factor(const Case& a_case) {
  const Controls& required = a_case.decision.required_controls;
  const bool has_one =
      a_case.sign_in.facts.satisfied_controls.contains(Control::mfa);
  return required.contains(Control::mfa) ||
         required.contains(Control::authentication_strength) ||
         (required.contains(Control::risk_remediation) && !has_one);
}

std::vector<std::string> wanted_terms(const Case& a_case) {
  std::vector<std::string> ids;
  const Policies& policies = a_case.generation.rules->policies;
  for (std::size_t i = 0; i < a_case.decision.policies.size(); ++i) {
    const PolicyFinding& finding = a_case.decision.policies[i];
    const Policy& policy = policy_of(policies, i);
    if (policy.state != PolicyState::enabled ||
        !finding.required.contains(Control::terms_of_use)) {
      continue;
    }
    for (const std::string& id : policy.grant.terms_of_use) {
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
  }
  return ids;
}

bool has_accepted(const Case& a_case, const TermsOfUse& terms) {
  return accepts(a_case.state.terms, terms) ||
         accepts(a_case.pending.terms, terms);
}

bool grace_is_enough(const Decision& decision) {
  Controls others = decision.required_controls;
  others.erase(Control::mfa);
  others.erase(Control::authentication_strength);
  return others.empty();
}

}  // namespace mfa
