// SPDX-License-Identifier: BSD-3-Clause
//
// Single rules of the evaluator. What whole policies mean is told by the
// golden cases in tests/vectors/policy and by the independent model in
// tests/policy.
#include "agent/policy/evaluate.h"

#include "agent/config/role_names.h"
#include "agent/policy/policy_rows.h"
#include "agent/policy/resilience.h"
#include "tests/check.h"

namespace mfa {
namespace {

SignInFacts somebody() {
  SignInFacts facts;
  facts.user.id = facts.user.account = Name("alice");
  facts.application = Name("sshd");
  facts.client_app_type = ClientAppType::mobile_apps_and_desktop_clients;
  return facts;
}

Policies defaults() {
  Policies policies;
  policies.security_defaults = true;
  return policies;
}

// Everybody, everywhere, with these controls.
Policy for_everybody(Controls controls) {
  Policy policy;
  policy.display_name = std::string("P");
  policy.state = PolicyState::enabled;
  policy.conditions.users.include_all = true;
  policy.conditions.applications.include_all = true;
  policy.grant.controls = controls;
  return policy;
}

Policies only(Policy policy) {
  Policies policies;
  policies.list.push_back(std::move(policy));
  return policies;
}

TEST("security defaults ask everybody for a second factor") {
  const Decision decision = evaluate(defaults(), somebody());
  assert_true(decision.verdict == Verdict::challenge);
  assert_true(decision.required_controls == Controls{Control::mfa});
  const auto rows = policy_rows(defaults(), decision);
  assert_string_equal(rows.at(0).display_name.c_str(), "Security defaults");
  assert_true(rows.at(0).result == PolicyResult::failure);
}

TEST("security defaults ask an account that is not known like everybody") {
  assert_true(evaluate(defaults(), SignInFacts{}).verdict ==
              Verdict::challenge);
}

TEST("security defaults leave out directory synchronization accounts") {
  SignInFacts facts = somebody();
  facts.user.roles =
      NameSet({Name(role_key("Directory Synchronization "
                             "Accounts"))});
  assert_true(evaluate(defaults(), facts).verdict == Verdict::grant);
}

TEST("a second factor that was given satisfies security defaults") {
  SignInFacts facts = somebody();
  facts.satisfied_controls = {Control::mfa};
  const Decision decision = evaluate(defaults(), facts);
  assert_true(decision.verdict == Verdict::grant);
  assert_int_equal(decision.error_code, 0);
  assert_true(decision.policies[0].result == PolicyResult::success);
}

TEST("another control does not stand in for the second factor") {
  SignInFacts facts = somebody();
  facts.satisfied_controls = {Control::compliant_device, Control::terms_of_use};
  assert_true(evaluate(defaults(), facts).verdict == Verdict::challenge);
}

TEST("a client that cannot carry a challenge is denied whatever it claims") {
  SignInFacts facts = somebody();
  facts.client_app_type = ClientAppType::other;
  facts.satisfied_controls = {Control::mfa};
  const Decision decision = evaluate(defaults(), facts);
  assert_true(decision.verdict == Verdict::deny);
  assert_int_equal(decision.error_code, 53003);
}

TEST("where nothing applies access is granted") {
  const Decision decision = evaluate(Policies{}, somebody());
  assert_true(decision.verdict == Verdict::grant);
  assert_int_equal(decision.policies.size(), 0);
}

TEST("a decision nobody made denies") {
  assert_true(Decision{}.verdict == Verdict::deny);
}

TEST("an account for which MFA is required by hand is asked, policies or not") {
  SignInFacts facts = somebody();
  facts.per_user_mfa = true;
  const Decision decision = evaluate(Policies{}, facts);
  assert_true(decision.verdict == Verdict::challenge);
  const auto rows = policy_rows(Policies{}, decision);
  assert_string_equal(rows.at(0).display_name.c_str(), "Per-user MFA");
}

TEST(
    "a person whose groups are not known is in every group a policy includes") {
  Policy policy = for_everybody({Control::mfa});
  policy.conditions.users.include_all = false;
  policy.conditions.users.include_groups = {Name("admins")};
  SignInFacts facts = somebody();
  assert_true(evaluate(only(policy), facts).verdict == Verdict::grant);
  facts.user.uncertain_groups = NameSet({Name("others")});
  assert_true(evaluate(only(policy), facts).verdict == Verdict::grant);
  facts.user.uncertain_groups = NameSet({Name("admins")});
  assert_true(evaluate(only(policy), facts).verdict == Verdict::challenge);
}

TEST("a person whose groups are not known is in no group a policy excludes") {
  Policy policy = for_everybody({Control::mfa});
  policy.conditions.users.exclude_groups = {Name("service")};
  SignInFacts facts = somebody();
  facts.user.groups = NameSet({Name("service")});
  assert_true(evaluate(only(policy), facts).verdict == Verdict::grant);
  facts.user.groups = {};
  facts.user.uncertain_groups = NameSet({Name("service")});
  assert_true(evaluate(only(policy), facts).verdict == Verdict::challenge);
}

TEST("a policy names people by their account of this machine, too") {
  Policy policy = for_everybody({Control::mfa});
  policy.conditions.users.include_all = false;
  policy.conditions.users.include_users = {{Name("alice"), Name("alice")}};
  SignInFacts facts = somebody();
  facts.user.id = Name("15dc174b-f34c-4588-ac45-61d6e05dce93");
  facts.user.principal_name = Name("alice@contoso.example");
  assert_true(evaluate(only(policy), facts).verdict == Verdict::challenge);
}

TEST("evaluating into a decision that was used before gives the same") {
  Policies policies = only(for_everybody({Control::mfa}));
  Decision reused = evaluate(defaults(), somebody());
  evaluate(policies, somebody(), reused);
  assert_true(reused == evaluate(policies, somebody()));
}

TEST("without resilience defaults an unknown risk is waited for") {
  Policy policy = for_everybody({Control::mfa});
  policy.conditions.sign_in_risk_levels = {RiskLevel::high};
  policy.disable_resilience_defaults = true;
  const Policies policies = only(policy);
  SignInFacts facts = somebody();
  assert_true(
      waits_for_unknown_risk(policies, facts, evaluate(policies, facts)));
  facts.sign_in_risk = RiskLevel::none;
  assert_false(
      waits_for_unknown_risk(policies, facts, evaluate(policies, facts)));
}

TEST("a risk is not waited for where the policy is about somebody else") {
  Policy policy = for_everybody({Control::mfa});
  policy.conditions.users.include_all = false;
  policy.conditions.user_risk_levels = {RiskLevel::high};
  policy.disable_resilience_defaults = true;
  const Policies policies = only(policy);
  assert_false(waits_for_unknown_risk(policies, somebody(),
                                      evaluate(policies, somebody())));
}

}  // namespace
}  // namespace mfa
