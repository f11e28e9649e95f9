// SPDX-License-Identifier: BSD-3-Clause
//
// Policies in force: what each control does to the dialog, and what becomes
// permanent.
#include <string>

#include "tests/check.h"
#include "tests/unit/sign_in/world.h"

namespace mfa {
namespace {

using namespace std::chrono_literals;
using stage::kMfa;
using stage::let_in;
using stage::policy;
using stage::rules_with;
using stage::Script;
using stage::ssh_begin;
using stage::World;

constexpr char kEveryFourHours[] =
    "sessionControls: {signInFrequency: {isEnabled: true, value: 4, type: "
    "hours}}\n";
constexpr char kNewPassword[] =
    "{operator: AND, builtInControls: [mfa, passwordChange]}";

wire::Begin console() {
  wire::Begin begin;
  begin.user = "alice";
  begin.service = "login";
  begin.tty = "/dev/tty1";
  begin.rhost = "";
  begin.flags = wire::kFlagPasswordGiven;
  return begin;
}

// --- block, deny -----------------------------------------------------------

TEST("a policy that blocks lets nobody in and is named in the log") {
  World world(rules_with(policy("{builtInControls: [block]}")));
  const Ending ending = world.sign_in(ssh_begin("alice"));
  assert_true(ending.outcome == wire::Outcome::policy_denies);
  const SignInRecord record = world.agent.last_record();
  assert_true(record.reason == Reason::policy_denied);
  assert_string_equal(record.detail.c_str(), "policy \"P\"");
}

TEST("a service that cannot put a question is refused by any grant control") {
  World world(rules_with(policy(kMfa)));
  wire::Begin begin = ssh_begin("alice");
  begin.service = "vsftpd";
  const Ending ending = world.sign_in(begin);
  assert_true(ending.outcome == wire::Outcome::policy_denies);
  assert_true(world.agent.last_record().reason == Reason::legacy_client);
}

TEST("without a known device a policy for compliant devices refuses") {
  World world(rules_with(policy("{builtInControls: [compliantDevice]}")));
  world.sign_in(ssh_begin("alice"));
  assert_true(world.agent.last_record().reason == Reason::device_not_compliant);
}

TEST("an unregistered person is not let in at risk, grace or not") {
  World world(rules_with(policy(kMfa, "  signInRiskLevels: [medium, high]\n"),
                         "users: [{account: bob, signInRiskLevel: high}]"));
  world.agent.people.add("bob", 1001);
  const Ending ending = world.sign_in(ssh_begin("bob"));
  assert_true(ending.outcome == wire::Outcome::policy_denies);
  assert_true(world.agent.last_record().reason == Reason::registration_at_risk);
}

TEST("a risk that nobody knows denies where resilience defaults are off") {
  World world(rules_with(
      policy(kMfa, "  signInRiskLevels: [high]\n",
             "sessionControls: {disableResilienceDefaults: true}\n")));
  const Ending ending = world.sign_in(ssh_begin("alice"));
  assert_true(ending.outcome == wire::Outcome::policy_denies);
  assert_true(world.agent.last_record().reason == Reason::risk_unknown);
}

// --- strengths -------------------------------------------------------------

TEST("a strength that takes codes is met by a code") {
  World world(
      rules_with(policy("{authenticationStrength: {id: "
                        "00000000-0000-0000-0000-000000000002}}")));
  assert_true(let_in(world.with_code(ssh_begin("alice"))));
  assert_string_equal(world.agent.last_record().methods_used.c_str(),
                      "password,softwareOath");
}

TEST("a strength that no registered method meets refuses without a prompt") {
  World world(
      rules_with(policy("{authenticationStrength: {id: "
                        "00000000-0000-0000-0000-000000000004}}")));
  Script script;
  const Ending ending = world.sign_in(ssh_begin("alice"), script);
  assert_true(ending.outcome == wire::Outcome::policy_denies);
  assert_int_equal(script.prompts.size(), 0);
  assert_true(world.agent.last_record().reason == Reason::strength_not_met);
}

// --- per-user MFA ------------------------------------------------------------

TEST("an account for which MFA is required by hand is asked") {
  World world(rules_with("[]"));
  assert_true(let_in(world.sign_in(ssh_begin("alice"))));
  world.require_mfa();
  Script script;
  world.sign_in(ssh_begin("alice"), script);
  assert_int_equal(script.prompts.size(), 1);
}

// --- terms of use ------------------------------------------------------------

Rules with_terms(std::string version) {
  Config config;
  config.terms_of_use.push_back({"guests", std::move(version), "Be kind."});
  return rules_with(policy("{termsOfUse: [guests]}"), "", std::move(config));
}

TEST("terms of use are shown, accepted, and then remembered") {
  World world(with_terms("1"));
  Script script;
  script.answer("yes");
  const Ending ending = world.sign_in(ssh_begin("alice"), script);
  assert_true(let_in(ending));
  assert_true(script.prompts.at(0).find("Be kind.") != std::string::npos);
  assert_true(let_in(world.confirm(ssh_begin("alice"), ending)));
  assert_true(let_in(world.sign_in(ssh_begin("alice"))));
}

TEST("terms that were accepted in a sign-in never confirmed are asked again") {
  World world(with_terms("1"));
  Script script;
  script.answer("yes");
  assert_true(let_in(world.sign_in(ssh_begin("alice"), script)));
  Script again;
  world.sign_in(ssh_begin("alice"), again);
  assert_int_equal(again.prompts.size(), 1);
}

TEST("another version of the terms is asked for again") {
  World world(with_terms("1"));
  Script script;
  script.answer("yes");
  world.confirm(ssh_begin("alice"), world.sign_in(ssh_begin("alice"), script));
  world.agent.reload(with_terms("2"));
  Script again;
  world.sign_in(ssh_begin("alice"), again);
  assert_int_equal(again.prompts.size(), 1);
}

TEST("who does not accept the terms is refused") {
  for (const char* answer : {"no", "y", "yes please"}) {
    World world(with_terms("1"));
    Script script;
    script.answer(answer);
    const Ending ending = world.sign_in(ssh_begin("alice"), script);
    assert_true(ending.outcome == wire::Outcome::policy_denies);
    assert_true(world.agent.last_record().reason == Reason::terms_declined);
  }
}

TEST("terms that nobody has defined deny") {
  World world(rules_with(policy("{termsOfUse: [nowhere]}")));
  const Ending ending = world.sign_in(ssh_begin("alice"));
  assert_true(ending.outcome == wire::Outcome::policy_denies);
  assert_true(world.agent.last_record().reason == Reason::control_impossible);
}

// --- a new password ----------------------------------------------------------

constexpr char kAliceAtRisk[] =
    "users: [{account: alice, riskLevel: high, riskState: atRisk, "
    "riskLastUpdatedDateTime: \"2026-01-01T00:00:00Z\"}]";

Rules with_password_change(const char* records = kAliceAtRisk) {
  return rules_with(policy(kNewPassword, "  userRiskLevels: [high]\n"),
                    records);
}

TEST("a person at high risk gives a code and then needs a new password") {
  World world(with_password_change());
  const Ending ending = world.with_code(ssh_begin("alice"));
  assert_true(let_in(ending));
  const Ending account = world.confirm(ssh_begin("alice"), ending);
  assert_true(account.outcome == wire::Outcome::password_expired);
  assert_true(world.agent.last_record().status == SignInStatus::unconfirmed);
}

TEST("a new password confirms the sign-in and takes the risk away") {
  World world(with_password_change());
  const Ending ending = world.with_code(ssh_begin("alice"));
  world.confirm(ssh_begin("alice"), ending);
  assert_true(
      let_in(world.confirm(ssh_begin("alice"), ending, wire::Phase::password)));
  assert_true(world.agent.last_record().status == SignInStatus::success);
  // No policy applies any more: nothing is asked.
  Script script;
  assert_true(let_in(world.sign_in(ssh_begin("alice"), script)));
  assert_int_equal(script.prompts.size(), 0);
}

TEST("a risk that is found anew after a new password counts again") {
  World world(with_password_change());
  const Ending ending = world.with_code(ssh_begin("alice"));
  world.confirm(ssh_begin("alice"), ending);
  world.confirm(ssh_begin("alice"), ending, wire::Phase::password);
  world.agent.reload(with_password_change(
      "users: [{account: alice, riskLevel: high, riskState: atRisk, "
      "riskLastUpdatedDateTime: \"2026-02-02T00:00:00Z\"}]"));
  Script script;
  world.sign_in(ssh_begin("alice"), script);
  assert_int_equal(script.prompts.size(), 1);
}

TEST("there is time to choose a new password, and an end to it") {
  World world(with_password_change());
  const Ending ending = world.with_code(ssh_begin("alice"));
  world.confirm(ssh_begin("alice"), ending);
  world.agent.clock.pass(240s);
  assert_true(
      let_in(world.confirm(ssh_begin("alice"), ending, wire::Phase::password)));
  const Ending late = world.with_code(ssh_begin("alice"));
  world.agent.clock.pass(600s);
  assert_false(
      let_in(world.confirm(ssh_begin("alice"), late, wire::Phase::password)));
}

TEST("a password phase without a sign-in before it is refused") {
  World world(with_password_change());
  wire::Begin begin = ssh_begin("alice");
  begin.phase = wire::Phase::password;
  assert_true(world.agent.account(begin).outcome ==
              wire::Outcome::policy_denies);
}

TEST("the grace does not stand in for a new password") {
  World world(with_password_change(
      "users: [{account: bob, riskLevel: high, riskState: atRisk}]"));
  world.agent.people.add("bob", 1001);
  const Ending ending = world.sign_in(ssh_begin("bob"));
  assert_false(let_in(ending));
  assert_true(world.agent.last_record().reason == Reason::not_registered);
}

// --- sign-in frequency -------------------------------------------------------

TEST("on the console a second factor is remembered as long as a policy says") {
  World world(rules_with(policy(kMfa, "", kEveryFourHours)));
  world.confirm(console(), world.with_code(console()));
  assert_true(let_in(world.sign_in(console())));
  assert_true(world.agent.last_record().reason == Reason::remembered);
  world.agent.clock.pass(4h);
  assert_false(let_in(world.sign_in(console())));
}

TEST("a sign-in that was never confirmed is not remembered") {
  World world(rules_with(policy(kMfa, "", kEveryFourHours)));
  assert_true(let_in(world.with_code(console())));
  assert_false(let_in(world.sign_in(console())));
}

TEST("without a sign-in frequency nothing is remembered") {
  World world(rules_with(policy(kMfa)));
  world.confirm(console(), world.with_code(console()));
  assert_false(let_in(world.sign_in(console())));
}

TEST("persistentBrowser never forbids remembering") {
  World world(rules_with(policy(
      kMfa, "",
      "sessionControls: {signInFrequency: {isEnabled: true, value: 4, type: "
      "hours}, persistentBrowser: {isEnabled: true, mode: never}}\n")));
  world.confirm(console(), world.with_code(console()));
  assert_false(let_in(world.sign_in(console())));
}

TEST("every time asks again after five minutes, not before") {
  World world(
      rules_with(policy(kMfa, "",
                        "sessionControls: {signInFrequency: {isEnabled: true, "
                        "frequencyInterval: everyTime}}\n")));
  world.confirm(console(), world.with_code(console()));
  assert_true(let_in(world.sign_in(console())));
  world.agent.clock.pass(5min);
  assert_false(let_in(world.sign_in(console())));
}

TEST("an address alone is not remembered, nor another service or terminal") {
  World world(rules_with(policy(kMfa, "", kEveryFourHours)));
  world.confirm(ssh_begin("alice"), world.with_code(ssh_begin("alice")));
  assert_false(let_in(world.sign_in(ssh_begin("alice"))));
  world.confirm(console(), world.with_code(console()));
  wire::Begin other = console();
  other.tty = "/dev/tty2";
  assert_false(let_in(world.sign_in(other)));
  assert_true(let_in(world.sign_in(console())));
}

TEST("other rules void what is remembered") {
  World world(rules_with(policy(kMfa, "", kEveryFourHours)));
  world.confirm(console(), world.with_code(console()));
  Rules changed = rules_with(policy(kMfa, "", kEveryFourHours));
  changed.fingerprint = "other";
  world.agent.reload(std::move(changed));
  assert_false(let_in(world.sign_in(console())));
}

TEST("a clock that was set back does not remember longer") {
  World world(rules_with(policy(kMfa, "", kEveryFourHours)));
  world.confirm(console(), world.with_code(console()));
  world.agent.clock.set_wall(world.agent.now() - 24h);
  assert_false(let_in(world.sign_in(console())));
}

// --- who may make what permanent -------------------------------------------

wire::Begin screen_locker() {
  wire::Begin begin;
  begin.user = "alice";
  begin.service = "swaylock";
  return begin;
}
constexpr Caller kAlice{1000, 5000, 7};

TEST("an unprivileged caller cannot say that a password was changed") {
  World world(with_password_change());
  Script script;
  world.agent.clock.pass(60s);
  script.answer(world.agent.code_now(world.seed));
  const Ending ending =
      world.agent.authenticate(screen_locker(), script, kAlice);
  assert_false(let_in(ending));
  assert_true(world.agent.last_record().reason == Reason::password_change_due);
  wire::Begin begin = screen_locker();
  begin.phase = wire::Phase::password;
  begin.commit_token.emplace();
  assert_false(let_in(world.agent.account(begin, kAlice)));
  assert_string_equal(world.agent.state_of("alice").remediated_risk.c_str(),
                      "");
}

TEST("an unprivileged caller's terms are not kept") {
  World world(with_terms("1"));
  Script script;
  script.answer("yes");
  const Ending ending =
      world.agent.authenticate(screen_locker(), script, kAlice);
  assert_true(let_in(ending));
  wire::Begin begin = screen_locker();
  begin.phase = wire::Phase::account;
  begin.commit_token = ending.commit_token;
  assert_true(let_in(world.agent.account(begin, kAlice)));
  assert_true(world.agent.state_of("alice").terms.empty());
}

TEST("another account's password does not take the caller's risk away") {
  World world(with_password_change());
  world.agent.people.add("root", 0);
  wire::Begin begin;
  begin.user = "root";
  begin.ruser = "alice";
  begin.service = "su";
  begin.flags = wire::kFlagPasswordGiven;
  assert_false(let_in(world.with_code(begin)));
  assert_true(world.agent.last_record().reason == Reason::password_change_due);
}

TEST("a risk without a time is not taken away for good") {
  World world(
      with_password_change("users: [{account: alice, riskLevel: high}]"));
  const Ending ending = world.with_code(ssh_begin("alice"));
  world.confirm(ssh_begin("alice"), ending);
  assert_true(
      let_in(world.confirm(ssh_begin("alice"), ending, wire::Phase::password)));
  Script script;
  world.sign_in(ssh_begin("alice"), script);
  assert_int_equal(script.prompts.size(), 1);
}

// --- rules that change -------------------------------------------------------

TEST("a dialog begun under a weaker policy cannot finish under it") {
  World world(rules_with(policy(kMfa)));
  Script script;
  world.agent.clock.pass(60s);
  script.answer(world.agent.code_now(world.seed));
  script.before_answer = [&] {
    world.agent.reload(rules_with(policy("{builtInControls: [block]}")));
  };
  const Ending ending = world.agent.authenticate(ssh_begin("alice"), script);
  assert_true(ending.outcome == wire::Outcome::policy_denies);
  assert_true(world.agent.last_record().reason == Reason::policy_changed);
}

TEST("a stricter policy between the phases refuses the account phase") {
  World world(rules_with(policy(kMfa)));
  const Ending ending = world.with_code(ssh_begin("alice"));
  world.agent.reload(rules_with(policy("{builtInControls: [block]}")));
  assert_true(world.confirm(ssh_begin("alice"), ending).outcome ==
              wire::Outcome::policy_denies);
}

TEST("a public key alone is refused where a policy wants a second factor") {
  World world(rules_with(policy(kMfa)));
  wire::Begin begin = ssh_begin("alice", false);
  begin.phase = wire::Phase::account;
  assert_true(world.agent.account(begin).outcome ==
              wire::Outcome::policy_denies);
  assert_true(world.agent.last_record().reason ==
              Reason::second_factor_missing);
}

TEST("report-only policies ask nobody and are in the log") {
  std::string text = policy(kMfa);
  text.replace(text.find("enabled"), 7, "enabledForReportingButNotEnforced");
  World world(rules_with(text));
  assert_true(let_in(world.sign_in(ssh_begin("alice"))));
  const SignInRecord record = world.agent.last_record();
  assert_int_equal(record.policies.size(), 1);
  assert_true(record.policies[0].result ==
              PolicyResult::report_only_interrupted);
}

TEST("the grace ends when rules of between the phases want more than a code") {
  World world(rules_with(policy(kMfa)));
  world.agent.people.add("bob", 1001);
  const Ending ending = world.sign_in(ssh_begin("bob"));
  assert_true(let_in(ending));
  world.agent.reload(with_terms("1"));
  assert_false(let_in(world.confirm(ssh_begin("bob"), ending)));
}

TEST("terms that changed while they were read are asked for again") {
  World world(with_terms("1"));
  Script script;
  script.answer("yes");
  script.before_answer = [&] { world.agent.reload(with_terms("2")); };
  assert_false(let_in(world.sign_in(ssh_begin("alice"), script)));
}

TEST("what is remembered ends with a reload between the phases") {
  World world(rules_with(policy(kMfa, "", kEveryFourHours)));
  world.confirm(console(), world.with_code(console()));
  const Ending ending = world.sign_in(console());
  assert_true(let_in(ending));
  Rules changed = rules_with(policy(kMfa, "", kEveryFourHours));
  changed.fingerprint = "other";
  world.agent.reload(std::move(changed));
  assert_false(let_in(world.confirm(console(), ending)));
}

TEST("MFA required by hand between the phases is required") {
  World world(rules_with("[]"));
  const Ending ending = world.sign_in(ssh_begin("alice"));
  assert_true(let_in(ending));
  world.require_mfa();
  assert_false(let_in(world.confirm(ssh_begin("alice"), ending)));
}

TEST("an approval with time for a new password ends, once, and is reported") {
  World world(with_password_change());
  const Ending ending = world.with_code(ssh_begin("alice"));
  world.confirm(ssh_begin("alice"), ending);
  const auto expire = [&] {
    world.agent.approvals.expire(world.agent.clock.now());
    return world.agent.unconfirmed.size();
  };
  world.agent.clock.pass(299s);
  assert_int_equal(expire(), 0);
  world.agent.clock.pass(1s);
  assert_int_equal(expire(), 1);
  assert_int_equal(expire(), 1);
  assert_string_equal(world.agent.unconfirmed.at(0).c_str(), ending.id.c_str());
  for (const auto phase : {wire::Phase::account, wire::Phase::password}) {
    assert_false(let_in(world.confirm(ssh_begin("alice"), ending, phase)));
    assert_true(world.agent.last_record().reason == Reason::token_refused);
  }
  assert_string_equal(world.agent.state_of("alice").remediated_risk.c_str(),
                      "");
}

TEST("a sweep between the phases leaves an approval its time") {
  World world(with_password_change());
  const Ending first = world.with_code(ssh_begin("alice"));
  world.confirm(ssh_begin("alice"), first);
  const Ending second = world.with_code(ssh_begin("alice"));
  world.agent.clock.pass(130s);
  world.agent.approvals.expire(world.agent.clock.now());
  // Only the first was given more time.
  assert_int_equal(world.agent.unconfirmed.size(), 1);
  assert_string_equal(world.agent.unconfirmed.at(0).c_str(), second.id.c_str());
  assert_true(
      let_in(world.confirm(ssh_begin("alice"), first, wire::Phase::password)));
}

TEST("an approval whose password was due is not extended twice") {
  World world(with_password_change());
  const Ending ending = world.with_code(ssh_begin("alice"));
  for (int i = 0; i < 3; ++i) {
    world.confirm(ssh_begin("alice"), ending);
    world.agent.clock.pass(110s);
  }
  assert_false(
      let_in(world.confirm(ssh_begin("alice"), ending, wire::Phase::password)));
}

}  // namespace
}  // namespace mfa
