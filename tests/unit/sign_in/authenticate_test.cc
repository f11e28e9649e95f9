// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/authenticate.h"

#include "tests/check.h"
#include "tests/unit/sign_in/stage.h"

namespace mfa {
namespace {

using namespace std::chrono_literals;
using stage::Agent;
using stage::Script;
using stage::ssh_begin;

Ending sign_in_with(Agent& agent, const wire::Begin& begin,
                    std::string_view answer) {
  Script script;
  script.answer(answer);
  return agent.authenticate(begin, script);
}

TEST("a right code is let in and waits for the account phase") {
  Agent agent;
  const Secret seed = agent.enrol("alice", 1000);
  const Ending ending =
      sign_in_with(agent, ssh_begin("alice"), agent.code_now(seed));
  assert_true(ending.outcome == wire::Outcome::allow);
  assert_true(ending.commit_token.has_value());
  const SignInRecord record = agent.last_record();
  assert_true(record.status == SignInStatus::unconfirmed);
  assert_true(record.reason == Reason::verified);
  assert_string_equal(record.id.c_str(), ending.id.c_str());
  assert_string_equal(record.ip_address.c_str(), "192.0.2.7");
  assert_string_equal(record.method_label.c_str(), "Phone");
}

TEST("a sign-in asks exactly once and says nothing else") {
  Agent agent;
  const Secret seed = agent.enrol("alice", 1000);
  Script script;
  script.answer(agent.code_now(seed));
  agent.authenticate(ssh_begin("alice"), script);
  assert_int_equal(script.prompts.size(), 1);
  assert_int_equal(script.told.size(), 0);
}

TEST("wrong, replayed, paused, unregistered and unknown look alike") {
  Agent agent;
  agent.enrol("alice", 1000);
  const Secret seed = agent.enrol("bob", 1001);
  const std::string used = agent.code_now(seed);
  sign_in_with(agent, ssh_begin("bob"), used);
  agent.people.add("carol", 1002);
  agent.enrol("carol", 1002);
  for (int i = 0; i < 5; ++i) sign_in_with(agent, ssh_begin("carol"), "000000");

  struct Case {
    wire::Begin begin;
    std::string answer;
    Reason reason;
  };
  agent.people.add("dave", 1003);
  const Case cases[] = {
      {ssh_begin("alice"), "000000", Reason::wrong_code},
      {ssh_begin("bob"), used, Reason::replayed_code},
      {ssh_begin("carol"), "000000", Reason::paused},
      {ssh_begin("dave", false), "000000", Reason::not_registered},
      {ssh_begin("nobody-here"), "000000", Reason::unknown_user},
      {ssh_begin("alice"), "no code", Reason::unusable_answer},
  };
  std::string prompt;
  for (const Case& c : cases) {
    Script script;
    script.answer(c.answer);
    const Ending ending = agent.authenticate(c.begin, script);
    assert_true(agent.last_record().reason == c.reason);
    assert_true(ending.outcome == wire::Outcome::wrong);
    assert_false(ending.commit_token.has_value());
    assert_int_equal(script.prompts.size(), 1);
    if (prompt.empty()) prompt = script.prompts[0];
    assert_string_equal(script.prompts[0].c_str(), prompt.c_str());
    const std::string text = "Sign-in refused. Reference: " + ending.id;
    assert_string_equal(ending.text.c_str(), text.c_str());
  }
}

TEST("every sign-in ends in exactly one record") {
  Agent agent;
  const Secret seed = agent.enrol("alice", 1000);
  sign_in_with(agent, ssh_begin("alice"), "000000");
  sign_in_with(agent, ssh_begin("alice"), "not a code");
  const Ending in =
      sign_in_with(agent, ssh_begin("alice"), agent.code_now(seed));
  Script gone;
  agent.authenticate(ssh_begin("alice"), gone);
  auto begin = ssh_begin("alice");
  begin.phase = wire::Phase::account;
  begin.commit_token = in.commit_token;
  agent.account(begin);
  assert_int_equal(agent.record_count(), 4);
}

TEST("an empty or unusable answer is refused and not counted") {
  Agent agent;
  agent.enrol("alice", 1000);
  for (const auto kind : {Reply::Kind::empty, Reply::Kind::unusable}) {
    for (int i = 0; i < 10; ++i) {
      Script script;
      script.answer(kind);
      const Ending ending = agent.authenticate(ssh_begin("alice"), script);
      assert_true(ending.outcome == wire::Outcome::wrong);
    }
  }
  assert_int_equal(agent.state_of("alice").methods[0].failures_unfamiliar, 0);
  assert_true(agent.last_record().reason == Reason::unusable_answer);
}

TEST("a conversation that cannot ask is a legacy client and is denied") {
  Agent agent;
  agent.enrol("alice", 1000);
  Script script;
  script.answer(Reply::Kind::failed);
  const Ending ending = agent.authenticate(ssh_begin("alice"), script);
  assert_true(ending.outcome == wire::Outcome::conversation_failed);
  const SignInRecord record = agent.last_record();
  assert_true(record.reason == Reason::conversation_failed);
  assert_false(record.client_is_modern);
}

TEST("an aborted, late or stopped dialog is refused and logged") {
  const std::pair<Reply::Kind, Reason> ends[] = {
      {Reply::Kind::canceled, Reason::canceled},
      {Reply::Kind::timed_out, Reason::no_answer},
      {Reply::Kind::stopping, Reason::agent_stopping}};
  Agent agent;
  agent.enrol("alice", 1000);
  for (const auto& [kind, reason] : ends) {
    Script script;
    script.answer(kind);
    const Ending ending = agent.authenticate(ssh_begin("alice"), script);
    assert_true(ending.outcome == wire::Outcome::unavailable);
    assert_true(agent.last_record().reason == reason);
  }
}

TEST("a person without a method is let in during the grace, with the days") {
  Agent agent;
  Script script;
  const Ending first = agent.authenticate(ssh_begin("alice"), script);
  assert_true(first.outcome == wire::Outcome::allow);
  assert_non_null(strstr(first.text.c_str(), "14 days left"));
  assert_int_equal(script.prompts.size(), 0);
  agent.clock.pass(13 * 24h);
  const Ending last = agent.authenticate(ssh_begin("alice"), script);
  assert_non_null(strstr(last.text.c_str(), "1 day left"));
}

TEST("after the grace a person without a method is sent to an administrator") {
  Agent agent;
  Script script;
  agent.authenticate(ssh_begin("alice"), script);
  agent.clock.pass(14 * 24h);
  const Ending ending = agent.authenticate(ssh_begin("alice"), script);
  assert_true(ending.outcome == wire::Outcome::wrong);
  assert_non_null(strstr(ending.text.c_str(), "must register"));
  assert_true(agent.last_record().reason == Reason::not_registered);
}

TEST("without a proved first factor nobody gets grace and grace never starts") {
  Agent agent;
  const Ending ending =
      sign_in_with(agent, ssh_begin("alice", false), "123456");
  assert_true(ending.outcome == wire::Outcome::wrong);
  assert_false(agent.state_of("alice").grace_started.has_value());
}

TEST("an admin role gets no grace on sudo") {
  Agent agent;
  agent.people.add("alice", 1000, {"Global Administrator"});
  auto begin = ssh_begin("alice");
  begin.service = "sudo";
  Script script;
  assert_true(agent.authenticate(begin, script).outcome ==
              wire::Outcome::wrong);
  begin.service = "sudo-i";
  assert_true(agent.authenticate(begin, script).outcome ==
              wire::Outcome::wrong);
  assert_true(agent.authenticate(ssh_begin("alice"), script).outcome ==
              wire::Outcome::allow);
}

TEST("the console asks three times, then says that the tries are spent") {
  Agent agent;
  agent.enrol("alice", 1000);
  wire::Begin begin;
  begin.user = "alice";
  begin.service = "login";
  begin.tty = "/dev/tty1";
  begin.flags = wire::kFlagPasswordGiven;
  Script script;
  for (int i = 0; i < 9; ++i) script.answer("000000");
  const Ending ending = agent.authenticate(begin, script);
  assert_true(ending.outcome == wire::Outcome::tries_spent);
  assert_int_equal(script.prompts.size(), 3);
  assert_int_equal(agent.record_count(), 1);
  assert_int_equal(agent.last_record().attempts, 3);
}

TEST("a right code on the console's second prompt is let in, in one record") {
  Agent agent;
  const Secret seed = agent.enrol("alice", 1000);
  wire::Begin begin;
  begin.user = "alice";
  begin.service = "login";
  begin.tty = "/dev/tty1";
  Script script;
  script.answer("000000");
  script.answer(agent.code_now(seed));
  assert_true(agent.authenticate(begin, script).outcome ==
              wire::Outcome::allow);
  assert_int_equal(agent.record_count(), 1);
  assert_true(agent.last_record().reason == Reason::verified);
}

TEST("an emergency account gets in on the console, even when all else fails") {
  Agent agent;
  Config config;
  config.emergency_access = {*UserName::parse("alice")};
  config.security_defaults.registration_grace_days = 0;
  agent.reload(config);
  agent.people.silent = true;
  wire::Begin begin;
  begin.user = "alice";
  begin.service = "login";
  begin.tty = "/dev/tty1";
  Script script;
  const Ending ending = agent.authenticate(begin, script);
  assert_true(ending.outcome == wire::Outcome::allow);
  assert_int_equal(script.prompts.size(), 0);
  assert_true(agent.last_record().reason == Reason::emergency_access);
}

TEST("an emergency account from elsewhere is asked like everybody") {
  Agent agent;
  agent.enrol("alice", 1000);
  Config config;
  config.emergency_access = {*UserName::parse("alice")};
  agent.reload(config);
  assert_true(sign_in_with(agent, ssh_begin("alice"), "000000").outcome ==
              wire::Outcome::wrong);
  config.emergency_access_from = {*Network::parse("192.0.2.0/24")};
  agent.reload(config);
  Script script;
  assert_true(agent.authenticate(ssh_begin("alice"), script).outcome ==
              wire::Outcome::allow);
}

TEST("a directory that does not answer denies without a prompt") {
  Agent agent;
  agent.enrol("alice", 1000);
  agent.people.silent = true;
  Script script;
  const Ending ending = agent.authenticate(ssh_begin("alice"), script);
  assert_true(ending.outcome == wire::Outcome::unavailable);
  assert_int_equal(script.prompts.size(), 0);
  assert_true(agent.last_record().reason == Reason::directory_unavailable);
}

TEST("hostile input 20: an account made anew under another uid is refused") {
  Agent agent;
  const Secret seed = agent.enrol("alice", 1000);
  agent.people.add("alice", 2000);
  const Ending ending =
      sign_in_with(agent, ssh_begin("alice"), agent.code_now(seed));
  assert_true(ending.outcome == wire::Outcome::wrong);
  assert_true(agent.last_record().reason == Reason::account_changed);
}

TEST("hostile input 19: names that differ in case are one account or none") {
  Agent agent;
  // What NSS says of both spellings is one canonical name.
  agent.people.people.insert_or_assign("Alice",
                                       agent.people.people.at("alice"));
  const Secret seed = agent.enrol("alice", 1000);
  for (int i = 0; i < 3; ++i) sign_in_with(agent, ssh_begin("alice"), "000000");
  for (int i = 0; i < 2; ++i) sign_in_with(agent, ssh_begin("Alice"), "000000");
  const Ending ending =
      sign_in_with(agent, ssh_begin("ALICE"), agent.code_now(seed));
  assert_true(ending.outcome == wire::Outcome::wrong);
  sign_in_with(agent, ssh_begin("Alice"), agent.code_now(seed));
  assert_true(agent.last_record().reason == Reason::paused);
}

TEST("a reload in the middle of a dialog can only make it stricter") {
  Agent agent;
  const Secret seed = agent.enrol("alice", 1000);
  Script script;
  script.answer(agent.code_now(seed));
  script.before_answer = [&] {
    Config stricter;
    stricter.totp.accepted_steps = 1;
    agent.reload(stricter);
  };
  const Ending ending = agent.authenticate(ssh_begin("alice"), script);
  assert_true(ending.outcome == wire::Outcome::allow);
}

TEST("nothing is looked up for an asker without any standing") {
  Agent agent;
  agent.people.silent = true;
  Script script;
  const Ending ending =
      agent.authenticate(ssh_begin("alice"), script, Caller{1000, 5000, 1});
  assert_true(ending.outcome == wire::Outcome::policy_denies);
}

TEST("an account that does not exist is refused even when nothing is asked") {
  Agent agent;
  Config config;
  config.security_defaults.enabled = false;
  agent.reload(config);
  const Ending ending = sign_in_with(agent, ssh_begin("nobody-here"), "123456");
  assert_true(ending.outcome == wire::Outcome::wrong);
}

TEST("wrong codes at one local service do not pause another") {
  Agent agent;
  const Secret seed = agent.enrol("alice", 1000);
  auto begin = ssh_begin("alice");
  begin.rhost.reset();
  begin.service = "polkit-1";
  for (int i = 0; i < 6; ++i) sign_in_with(agent, begin, "000000");
  assert_true(agent.last_record().reason == Reason::paused);
  begin.service = "sudo";
  assert_true(sign_in_with(agent, begin, agent.code_now(seed)).outcome ==
              wire::Outcome::allow);
}

TEST("an unprivileged asker verifies a code and leaves nothing permanent") {
  Agent agent;
  auto begin = ssh_begin("alice");
  begin.service = "swaylock";
  Script script;
  script.answer("123456");
  const Caller alice{1000, 5000, 1};
  assert_true(agent.authenticate(begin, script, alice).outcome ==
              wire::Outcome::wrong);
  assert_false(agent.state_of("alice").grace_started.has_value());
  const Secret seed = agent.enrol("alice", 1000);
  script.answer(agent.code_now(seed));
  assert_true(agent.authenticate(begin, script, alice).outcome ==
              wire::Outcome::allow);
}

TEST("hostile input 41: an unprivileged asker is refused for another person") {
  Agent agent;
  auto begin = ssh_begin("bob");
  begin.service = "swaylock";
  Script script;
  const Ending ending =
      agent.authenticate(begin, script, Caller{1000, 5000, 1});
  assert_true(ending.outcome == wire::Outcome::policy_denies);
  assert_int_equal(script.prompts.size(), 0);
  // Not even a record: it could be written under anybody's name.
  assert_int_equal(agent.record_count(), 0);
}

}  // namespace
}  // namespace mfa
