// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/account.h"

#include "tests/check.h"
#include "tests/unit/sign_in/stage.h"

namespace mfa {
namespace {

using namespace std::chrono_literals;
using stage::Agent;
using stage::Script;
using stage::ssh_begin;

// Signs alice in with a right code; returns the account phase's BEGIN.
wire::Begin approved(Agent& agent) {
  const Secret seed = agent.enrol("alice", 1000);
  Script script;
  script.answer(agent.code_now(seed));
  wire::Begin begin = ssh_begin("alice");
  begin.commit_token = agent.authenticate(begin, script).commit_token;
  begin.phase = wire::Phase::account;
  return begin;
}

wire::Begin key_alone(const std::string& user) {
  wire::Begin begin = ssh_begin(user, false);
  begin.phase = wire::Phase::account;
  return begin;
}

TEST("the account phase confirms the sign-in that auth approved") {
  Agent agent;
  const wire::Begin begin = approved(agent);
  assert_true(agent.account(begin).outcome == wire::Outcome::allow);
  assert_true(agent.last_record().status == SignInStatus::success);
}

TEST("a repeated account phase changes nothing") {
  Agent agent;
  const wire::Begin begin = approved(agent);
  agent.account(begin);
  assert_true(agent.account(begin).outcome == wire::Outcome::allow);
  assert_int_equal(agent.record_count(), 1);
}

TEST("a token is good for two minutes only") {
  Agent agent;
  const wire::Begin begin = approved(agent);
  agent.clock.pass(120s);
  assert_true(agent.account(begin).outcome == wire::Outcome::policy_denies);
  assert_true(agent.last_record().reason == Reason::token_refused);
}

TEST("setting the wall clock does not lengthen a token's life") {
  Agent agent;
  const wire::Begin begin = approved(agent);
  agent.clock.pass(119s);
  agent.clock.set_wall(agent.now() - 1h);
  agent.clock.pass(2s);
  assert_true(agent.account(begin).outcome == wire::Outcome::policy_denies);
}

TEST("a token of another process, person or service is refused") {
  Agent agent;
  const wire::Begin begin = approved(agent);
  for (const Caller caller :
       {Caller{0, 4712, 99}, Caller{0, 4711, 100}, Caller{1000, 4711, 99}}) {
    assert_true(agent.account(begin, caller).outcome ==
                wire::Outcome::policy_denies);
  }
  wire::Begin other = begin;
  other.user = "bob";
  assert_true(agent.account(other).outcome == wire::Outcome::policy_denies);
  other = begin;
  other.service = "login";
  assert_true(agent.account(other).outcome == wire::Outcome::policy_denies);
  assert_true(agent.account(begin).outcome == wire::Outcome::allow);
}

TEST("a made-up token is refused") {
  Agent agent;
  wire::Begin begin = key_alone("alice");
  begin.commit_token.emplace();
  assert_true(agent.account(begin).outcome == wire::Outcome::policy_denies);
}

TEST("a stranger's made-up tokens leave no record under another name") {
  Agent agent;
  agent.enrol("alice", 1000);
  constexpr Caller kBob{1001, 5000, 7};
  for (const char* service : {"sshd", "login", "swaylock", "apache2"}) {
    for (const auto phase : {wire::Phase::account, wire::Phase::password}) {
      for (const char* user : {"alice", "root", "nobody-of-that-name"}) {
        wire::Begin begin = ssh_begin(user);
        begin.service = service;
        begin.phase = phase;
        begin.commit_token.emplace();
        assert_true(agent.account(begin, kBob).outcome ==
                    wire::Outcome::policy_denies);
      }
    }
  }
  assert_int_equal(agent.record_count(), 0);
}

TEST("one's own made-up token is in the log under one's own name") {
  Agent agent;
  wire::Begin begin = key_alone("bob");
  begin.service = "swaylock";
  begin.commit_token.emplace();
  agent.account(begin, Caller{1001, 5000, 7});
  assert_int_equal(agent.record_count(), 1);
  assert_string_equal(agent.last_record().user.c_str(), "bob");
  assert_true(agent.last_record().reason == Reason::token_refused);
}

TEST("a sign-in whose account phase never comes is reported as unconfirmed") {
  Agent agent;
  approved(agent);
  agent.clock.pass(121s);
  agent.approvals.expire(agent.clock.now());
  assert_int_equal(agent.unconfirmed.size(), 1);
  assert_true(agent.last_record().status == SignInStatus::unconfirmed);
}

TEST("a confirmed sign-in is not reported as unconfirmed") {
  Agent agent;
  agent.account(approved(agent));
  agent.clock.pass(121s);
  agent.approvals.expire(agent.clock.now());
  assert_int_equal(agent.unconfirmed.size(), 0);
}

TEST("grace that a reload took away is not confirmed") {
  Agent agent;
  Script script;
  wire::Begin begin = ssh_begin("alice");
  begin.commit_token = agent.authenticate(begin, script).commit_token;
  begin.phase = wire::Phase::account;
  Config config;
  config.security_defaults.registration_grace_days = 0;
  agent.reload(config);
  assert_true(agent.account(begin).outcome == wire::Outcome::policy_denies);
  assert_true(agent.last_record().reason == Reason::policy_changed);
  assert_true(agent.last_record().status == SignInStatus::failure);
}

TEST("grace ends at once when a method is registered in between") {
  Agent agent;
  Script script;
  wire::Begin begin = ssh_begin("alice");
  begin.commit_token = agent.authenticate(begin, script).commit_token;
  begin.phase = wire::Phase::account;
  agent.enrol("alice", 1000);
  assert_true(agent.account(begin).outcome == wire::Outcome::policy_denies);
}

TEST("grace that a new role forbids is not confirmed") {
  Agent agent;
  Script script;
  wire::Begin begin = ssh_begin("alice");
  begin.commit_token = agent.authenticate(begin, script).commit_token;
  begin.phase = wire::Phase::account;
  agent.people.add("alice", 1000, {"Global Administrator"});
  Config config;
  config.privileged_services = {"sshd"};
  agent.reload(config);
  assert_true(agent.account(begin).outcome == wire::Outcome::policy_denies);
}

TEST("grace that nothing changed is confirmed") {
  Agent agent;
  Script script;
  wire::Begin begin = ssh_begin("alice");
  begin.commit_token = agent.authenticate(begin, script).commit_token;
  begin.phase = wire::Phase::account;
  assert_true(agent.account(begin).outcome == wire::Outcome::allow);
}

TEST("an emergency account that a reload removed is not confirmed") {
  Agent agent;
  Config config;
  config.emergency_access = {*UserName::parse("alice")};
  agent.reload(config);
  Script script;
  wire::Begin begin;
  begin.user = "alice";
  begin.service = "login";
  begin.tty = "/dev/tty1";
  begin.commit_token = agent.authenticate(begin, script).commit_token;
  begin.phase = wire::Phase::account;
  agent.reload(Config{});
  assert_true(agent.account(begin).outcome == wire::Outcome::policy_denies);
}

TEST("what was let in without defaults is refused when they were turned on") {
  Agent agent;
  Config config;
  config.security_defaults.enabled = false;
  agent.reload(config);
  Script script;
  wire::Begin begin = ssh_begin("alice");
  begin.commit_token = agent.authenticate(begin, script).commit_token;
  begin.phase = wire::Phase::account;
  config.security_defaults.enabled = true;
  agent.reload(config);
  assert_true(agent.account(begin).outcome == wire::Outcome::policy_denies);
}

TEST("a registered person who used a public key alone is told the setting") {
  Agent agent;
  agent.enrol("alice", 1000);
  const Ending ending = agent.account(key_alone("alice"));
  assert_true(ending.outcome == wire::Outcome::policy_denies);
  assert_non_null(
      strstr(ending.text.c_str(),
             "AuthenticationMethods publickey,keyboard-interactive"));
  assert_non_null(strstr(ending.text.c_str(), ending.id.c_str()));
  assert_true(agent.last_record().reason == Reason::second_factor_missing);
}

TEST("a public key alone is let in during the grace, which it starts") {
  Agent agent;
  const Ending ending = agent.account(key_alone("alice"));
  assert_true(ending.outcome == wire::Outcome::allow);
  assert_non_null(strstr(ending.text.c_str(), "14 days left"));
  assert_true(agent.state_of("alice").grace_started.has_value());
  assert_true(agent.last_record().status == SignInStatus::success);
}

TEST("a public key alone is refused after the grace") {
  Agent agent;
  agent.account(key_alone("alice"));
  agent.clock.pass(14 * 24h);
  const Ending ending = agent.account(key_alone("alice"));
  assert_true(ending.outcome == wire::Outcome::policy_denies);
  assert_true(agent.last_record().reason == Reason::not_registered);
}

TEST("only root's word counts that a first factor was given") {
  Agent agent;
  wire::Begin begin = key_alone("alice");
  begin.service = "swaylock";
  assert_true(agent.account(begin, Caller{1000, 5, 5}).outcome ==
              wire::Outcome::policy_denies);
}

TEST("an unknown account is refused in the account phase") {
  Agent agent;
  assert_true(agent.account(key_alone("nobody-here")).outcome ==
              wire::Outcome::policy_denies);
  assert_true(agent.last_record().reason == Reason::unknown_user);
}

}  // namespace
}  // namespace mfa
