// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/evaluate.h"

#include "tests/check.h"

namespace mfa {
namespace {

SignIn somebody() {
  SignIn sign_in;
  sign_in.person = Person{*UserName::parse("alice"), 1000, {}, true};
  sign_in.service = "sshd";
  return sign_in;
}

TEST("security defaults ask everybody for a second factor") {
  const Decision decision = evaluate({.security_defaults = true}, somebody());
  assert_true(decision.verdict == Verdict::challenge);
  assert_int_equal(decision.required_controls.size(), 1);
  assert_string_equal(decision.required_controls[0].c_str(), "mfa");
  assert_string_equal(decision.policies[0].display_name.c_str(),
                      "Security defaults");
  assert_true(decision.policies[0].result == PolicyResult::failure);
}

TEST("an account that is not known is asked like everybody else") {
  SignIn sign_in = somebody();
  sign_in.person.reset();
  assert_true(evaluate({true}, sign_in).verdict == Verdict::challenge);
}

TEST("a second factor that was given satisfies security defaults") {
  SignIn sign_in = somebody();
  sign_in.satisfied_controls = {"mfa"};
  const Decision decision = evaluate({true}, sign_in);
  assert_true(decision.verdict == Verdict::grant);
  assert_int_equal(decision.error_code, 0);
  assert_true(decision.policies[0].result == PolicyResult::success);
}

TEST("another control does not stand in for the second factor") {
  SignIn sign_in = somebody();
  sign_in.satisfied_controls = {"compliantDevice", "MFA", "mf"};
  assert_true(evaluate({true}, sign_in).verdict == Verdict::challenge);
}

TEST("a client that cannot carry a challenge is denied whatever it claims") {
  SignIn sign_in = somebody();
  sign_in.client_app_type = ClientAppType::other;
  sign_in.satisfied_controls = {"mfa"};
  const Decision decision = evaluate({true}, sign_in);
  assert_true(decision.verdict == Verdict::deny);
  assert_int_equal(decision.error_code, 53003);
}

TEST("without security defaults nothing applies and access is granted") {
  const Decision decision = evaluate({false}, somebody());
  assert_true(decision.verdict == Verdict::grant);
  assert_true(decision.policies[0].result == PolicyResult::not_enabled);
}

TEST("a decision nobody made denies") {
  assert_true(Decision{}.verdict == Verdict::deny);
}

}  // namespace
}  // namespace mfa
