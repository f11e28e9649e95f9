// SPDX-License-Identifier: BSD-3-Clause
//
// What the central directory does to a sign-in: accounts that it closes, and
// what it is told of risks that were dealt with.
#include <future>
#include <string>

#include "agent/facts/identity.h"
#include "agent/policy/read_policies.h"
#include "tests/check.h"
#include "tests/unit/sign_in/stage.h"

namespace mfa {
namespace {

using namespace std::chrono_literals;
using stage::Agent;
using stage::Script;
using stage::ssh_begin;
using Standing = CentralRecord::Standing;
using Action = DirectoryReport::Action;

Rules rules_with(const std::string& policies) {
  Config config;
  config.security_defaults.enabled = false;
  Rules rules = stage::rules_of(std::move(config));
  auto list = parse_policies(policies, "p.yaml", NamedLocations());
  if (!list) fail_msg("%s", list.error().what.c_str());
  rules.policies.list = std::move(*list);
  rules.fingerprint = policies;
  return rules;
}

std::string policy(const std::string& controls, const std::string& risk = "") {
  return "displayName: P\nstate: enabled\nconditions:\n"
         "  users: {includeUsers: [All]}\n"
         "  applications: {includeApplications: [All]}\n" +
         risk + "grantControls: {operator: AND, builtInControls: [" + controls +
         "]}\n";
}

constexpr char kUserRisk[] = "  userRiskLevels: [medium, high]\n";

wire::Begin console() {
  wire::Begin begin = ssh_begin("alice");
  begin.service = "login";
  begin.rhost.reset();
  begin.ssh_connection.reset();
  begin.tty = "/dev/tty1";
  return begin;
}

wire::Begin key_alone() {
  wire::Begin begin = ssh_begin("alice", false);
  begin.phase = wire::Phase::account;
  return begin;
}

struct World {
  explicit World(const std::string& policies = policy("mfa"))
      : seed(agent.enrol("alice", 1000)) {
    agent.reload(rules_with(policies));
    central().standing = Standing::enabled;
  }

  CentralRecord& central() {
    Person& alice = agent.people.people.at("alice");
    if (!alice.central) {
      alice.central.emplace();
      alice.central->id = "a-1";
      alice.central->memberships_are_fresh = true;
      alice.central->keeps_risks = true;
      alice.central->risk = RiskLevel::none;
    }
    return *alice.central;
  }
  void close(Standing standing) {
    central().standing = standing;
    central().detail = "the directory says so";
  }
  void put_at_risk(RiskLevel level) {
    central().risk = level;
    central().risk_stamp = "atRisk/1";
  }

  Ending with_code(const wire::Begin& begin) {
    agent.clock.pass(30s);
    Script script;
    script.answer(agent.code_now(seed));
    return agent.authenticate(begin, script);
  }
  Ending confirm(wire::Begin begin, const Ending& approved,
                 wire::Phase phase = wire::Phase::account) {
    begin.phase = phase;
    begin.commit_token = approved.commit_token;
    return agent.account(begin);
  }
  std::vector<DirectoryReport> reports() {
    std::promise<std::vector<DirectoryReport>> told;
    agent.store->list_directory_reports(
        [&](auto list) { told.set_value(std::move(*list)); });
    return told.get_future().get();
  }

  Agent agent;
  Secret seed;
};

void assert_closed(World& world, Reason reason) {
  const SignInRecord record = world.agent.last_record();
  assert_true(record.status == SignInStatus::failure);
  assert_true(record.reason == reason);
  assert_string_equal(record.detail.c_str(), "the directory says so");
  assert_int_equal(record.attempts, 0);
}

bool let_in(const Ending& ending) {
  return ending.outcome == wire::Outcome::allow;
}

// --- accounts that the directory closes --------------------------------------

TEST("a disabled account gives its right code in vain, and is told nothing") {
  World world;
  const Ending right = world.with_code(ssh_begin("alice"));
  assert_true(let_in(right));
  world.close(Standing::disabled);
  Script closed;
  world.agent.clock.pass(30s);
  closed.answer(world.agent.code_now(world.seed));
  const Ending ending = world.agent.authenticate(ssh_begin("alice"), closed);
  assert_closed(world, Reason::account_disabled);
  world.central().standing = Standing::enabled;
  Script wrong;
  wrong.answer("000000");
  const Ending of_others = world.agent.authenticate(ssh_begin("alice"), wrong);
  assert_true(ending.outcome == of_others.outcome);
  assert_true(closed.prompts == wrong.prompts);
  assert_true(closed.told == wrong.told);
  assert_string_equal(ending.text.substr(0, 24).c_str(),
                      of_others.text.substr(0, 24).c_str());
}

TEST("an answer for a disabled account is no failure of anybody") {
  World world;
  world.close(Standing::disabled);
  for (int i = 0; i < 30; ++i) {
    Script script;
    script.answer("000000");
    world.agent.authenticate(ssh_begin("alice"), script);
  }
  world.central().standing = Standing::enabled;
  assert_true(let_in(world.with_code(ssh_begin("alice"))));
}

TEST("who gives up at a closed account is logged with why it is closed") {
  World world;
  world.close(Standing::disabled);
  Script gone_away;
  world.agent.authenticate(ssh_begin("alice"), gone_away);
  const SignInRecord record = world.agent.last_record();
  assert_true(record.reason == Reason::canceled);
  assert_string_equal(record.detail.c_str(), "the directory says so");
}

TEST("an account of several people is refused like a disabled one") {
  World world;
  world.close(Standing::conflict);
  assert_false(let_in(world.with_code(ssh_begin("alice"))));
  assert_closed(world, Reason::account_conflict);
  assert_true(world.agent.account(key_alone()).outcome ==
              wire::Outcome::policy_denies);
  assert_closed(world, Reason::account_conflict);
}

TEST("a disabled account is refused where nothing is required of anybody") {
  World world("[]");
  world.close(Standing::disabled);
  assert_false(let_in(world.with_code(ssh_begin("alice"))));
  assert_closed(world, Reason::account_disabled);
}

TEST("a disabled account is refused by public key alone") {
  World world("[]");
  assert_true(let_in(world.agent.account(key_alone())));
  world.close(Standing::disabled);
  assert_true(world.agent.account(key_alone()).outcome ==
              wire::Outcome::policy_denies);
  assert_closed(world, Reason::account_disabled);
}

TEST("an account that is disabled between the phases is refused") {
  World world;
  const Ending approved = world.with_code(ssh_begin("alice"));
  world.close(Standing::disabled);
  assert_true(world.confirm(ssh_begin("alice"), approved).outcome ==
              wire::Outcome::policy_denies);
  assert_true(world.agent.last_record().reason == Reason::account_disabled);
  assert_string_equal(world.agent.last_record().detail.c_str(),
                      "the directory says so");
}

TEST("a remembered second factor does not open a disabled account") {
  World world(policy("mfa") +
              "sessionControls: {signInFrequency: {isEnabled: true, value: 4, "
              "type: hours}}\n");
  world.confirm(console(), world.with_code(console()));
  Script none;
  assert_true(let_in(world.agent.authenticate(console(), none)));
  world.close(Standing::disabled);
  assert_false(let_in(world.agent.authenticate(console(), none)));
}

TEST("the registration grace does not open a disabled account") {
  World world;
  world.agent.people.add("bob", 1001);
  Script script;
  assert_true(let_in(world.agent.authenticate(ssh_begin("bob"), script)));
  CentralRecord gone;
  gone.standing = Standing::disabled;
  world.agent.people.people.at("bob").central = gone;
  script.answer("000000");
  assert_false(let_in(world.agent.authenticate(ssh_begin("bob"), script)));
  assert_true(world.agent.last_record().reason == Reason::account_disabled);
}

TEST("an emergency account is let in, whatever the directory says") {
  World world;
  Config config;
  config.emergency_access = {*UserName::parse("alice")};
  world.agent.reload(config);
  world.close(Standing::disabled);
  Script script;
  const Ending ending = world.agent.authenticate(console(), script);
  assert_true(let_in(ending));
  assert_true(let_in(world.confirm(console(), ending)));
}

TEST("the log says who somebody is in the directory") {
  World world;
  world.with_code(ssh_begin("alice"));
  assert_string_equal(world.agent.last_record().user_id.c_str(), "a-1");
  world.agent.people.add("bob", 1001);
  Script script;
  world.agent.authenticate(ssh_begin("bob"), script);
  assert_string_equal(world.agent.last_record().user_id.c_str(), "");
}

// --- risks that were dealt with ----------------------------------------------

TEST("a second factor that a risk policy asked for is reported, once") {
  World world(policy("mfa", kUserRisk));
  world.put_at_risk(RiskLevel::medium);
  const Ending approved = world.with_code(ssh_begin("alice"));
  assert_int_equal(world.reports().size(), 0);
  assert_true(let_in(world.confirm(ssh_begin("alice"), approved)));
  assert_true(let_in(world.confirm(ssh_begin("alice"), approved)));
  const auto reports = world.reports();
  assert_int_equal(reports.size(), 1);
  assert_true(reports[0].action == Action::confirm_safe);
  assert_string_equal(reports[0].person_id.c_str(), "a-1");
  assert_string_equal(reports[0].risk_stamp.c_str(), "atRisk/1");
}

TEST("a risk ended by a second factor asks no more, with the directory away") {
  World world(policy("mfa", kUserRisk));
  world.put_at_risk(RiskLevel::medium);
  const wire::Begin begin = ssh_begin("alice");
  world.confirm(begin, world.with_code(begin));
  // The directory has not heard of it, and says the same again.
  Script none;
  assert_true(let_in(world.agent.authenticate(begin, none)));
  assert_true(none.prompts.empty());
  world.central().risk_stamp = "atRisk/2";
  assert_false(let_in(world.agent.authenticate(begin, none)));
  assert_int_equal(none.prompts.size(), 1);
}

TEST("a code that was not followed by the account phase ends no risk") {
  World world(policy("mfa", kUserRisk));
  world.put_at_risk(RiskLevel::medium);
  world.with_code(ssh_begin("alice"));
  Script none;
  assert_false(let_in(world.agent.authenticate(ssh_begin("alice"), none)));
}

TEST("a risk found after the code was given is asked for again") {
  World world(policy("mfa", kUserRisk));
  world.put_at_risk(RiskLevel::medium);
  const wire::Begin begin = ssh_begin("alice");
  const Ending approved = world.with_code(begin);
  world.central().risk_stamp = "atRisk/2";
  assert_true(let_in(world.confirm(begin, approved)));
  Script none;
  assert_false(let_in(world.agent.authenticate(begin, none)));
}

TEST("a second factor ends no high risk, whoever says that it is high") {
  for (const RiskLevel level : {RiskLevel::high, RiskLevel::hidden}) {
    World world(policy("mfa", "  userRiskLevels: [high, hidden]\n"));
    world.put_at_risk(level);
    world.confirm(ssh_begin("alice"), world.with_code(ssh_begin("alice")));
    assert_string_equal(world.agent.state_of("alice").remediated_risk.c_str(),
                        "");
    assert_int_equal(world.reports().size(), 0);
  }
}

TEST("a risk without a stamp is reported, and stays") {
  World world(policy("mfa", kUserRisk));
  world.put_at_risk(RiskLevel::medium);
  world.central().risk_stamp.clear();
  const wire::Begin begin = ssh_begin("alice");
  world.confirm(begin, world.with_code(begin));
  assert_int_equal(world.reports().size(), 1);
  Script none;
  assert_false(let_in(world.agent.authenticate(begin, none)));
}

TEST("of a high risk a second factor reports nothing") {
  World world(policy("mfa", kUserRisk));
  world.put_at_risk(RiskLevel::high);
  world.confirm(ssh_begin("alice"), world.with_code(ssh_begin("alice")));
  assert_int_equal(world.reports().size(), 0);
}

TEST("a second factor that no risk policy asked for reports nothing") {
  World world(policy("mfa"));
  world.put_at_risk(RiskLevel::medium);
  world.confirm(ssh_begin("alice"), world.with_code(ssh_begin("alice")));
  assert_int_equal(world.reports().size(), 0);
}

TEST("whom the directory does not know is not reported to it") {
  World world(policy("mfa", "  userRiskLevels: [none, medium]\n"));
  world.central().id.clear();
  world.put_at_risk(RiskLevel::medium);
  const Ending approved = world.with_code(ssh_begin("alice"));
  assert_true(let_in(world.confirm(ssh_begin("alice"), approved)));
  assert_int_equal(world.reports().size(), 0);
}

TEST("a risk that is none is not reported") {
  World world(policy("mfa", "  userRiskLevels: [none]\n"));
  world.confirm(ssh_begin("alice"), world.with_code(ssh_begin("alice")));
  assert_int_equal(world.reports().size(), 0);
}

TEST("a new password takes the risk back at once, and is reported") {
  World world(policy("mfa, passwordChange", kUserRisk));
  world.put_at_risk(RiskLevel::high);
  const wire::Begin begin = ssh_begin("alice");
  const Ending approved = world.with_code(begin);
  assert_true(world.confirm(begin, approved).outcome ==
              wire::Outcome::password_expired);
  assert_int_equal(world.reports().size(), 0);
  assert_true(let_in(world.confirm(begin, approved, wire::Phase::password)));
  const auto reports = world.reports();
  assert_int_equal(reports.size(), 1);
  assert_true(reports[0].action == Action::dismiss_risk);
  assert_string_equal(world.agent.state_of("alice").remediated_risk.c_str(),
                      "atRisk/1");
}

TEST("a risk dealt with here counts for nothing until there is a new one") {
  World world(policy("mfa, passwordChange", kUserRisk));
  world.put_at_risk(RiskLevel::high);
  const wire::Begin begin = ssh_begin("alice");
  const Ending approved = world.with_code(begin);
  world.confirm(begin, approved);
  world.confirm(begin, approved, wire::Phase::password);
  // The directory has not heard of it yet, and says the same again.
  Script none;
  assert_true(let_in(world.agent.authenticate(begin, none)));
  world.central().risk_stamp = "atRisk/2";
  assert_false(let_in(world.agent.authenticate(begin, none)));
}

TEST("a risk that nobody knows any more counts as unknown") {
  World world(policy("mfa", kUserRisk) +
              "sessionControls: {disableResilienceDefaults: true}\n");
  Script none;
  assert_true(let_in(world.agent.authenticate(ssh_begin("alice"), none)));
  world.central().risk = std::nullopt;
  assert_false(let_in(world.agent.authenticate(ssh_begin("alice"), none)));
  assert_true(world.agent.last_record().reason == Reason::risk_unknown);
}

}  // namespace
}  // namespace mfa
