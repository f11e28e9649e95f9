// SPDX-License-Identifier: BSD-3-Clause
#include "agent/facts/identity.h"

#include "agent/facts/facts.h"
#include "agent/store/limits.h"
#include "tests/check.h"
#include "tests/unit/sign_in/stage.h"

namespace mfa {
namespace {

constexpr char kMedium[] =
    "users: [{account: alice, id: f-1, userPrincipalName: file@example.org, "
    "isGuest: true, riskLevel: medium, riskState: atRisk, "
    "riskLastUpdatedDateTime: \"2026-01-01T00:00:00Z\"}]";

struct World {
  explicit World(std::string_view file = "") {
    Config config;
    config.directory_file = file.empty() ? "" : "directory.yaml";
    rules = stage::rules_of(std::move(config));
    if (file.empty()) return;
    auto parsed = DirectoryRecords::parse(file, "directory.yaml");
    if (!parsed) fail_msg("%s", parsed.error().what.c_str());
    rules.records = std::move(*parsed);
  }

  CentralRecord& central() {
    if (!person.central) {
      person.central.emplace();
      person.central->standing = CentralRecord::Standing::enabled;
      person.central->id = "c-1";
      person.central->keeps_risks = true;
    }
    return *person.central;
  }

  std::optional<RiskLevel> level() const {
    return user_risk_of(person, rules).level;
  }
  std::string stamp() const { return user_risk_of(person, rules).stamp; }

  // As the policies see it.
  SignInFacts facts(const std::string& remediated = "") const {
    SignIn sign_in;
    sign_in.person = person;
    sign_in.facts = facts_of(sign_in, rules);
    PersonState state;
    state.remediated_risk = remediated;
    add_state(sign_in, state, rules);
    return sign_in.facts;
  }

  Rules rules;
  Person person{*UserName::parse("alice"), 1000, {}, {}, {}, {}};
};

// --- who it is ---------------------------------------------------------------

TEST("the central directory says who somebody is, before the file") {
  World world(kMedium);
  world.central().principal_name = "Alice@Example.org";
  const SignInFacts facts = world.facts();
  assert_string_equal(facts.user.id.text().c_str(), "c-1");
  assert_string_equal(facts.user.principal_name.text().c_str(),
                      "alice@example.org");
  assert_false(facts.user.is_guest);
}

TEST("a principal name without a domain is none") {
  World world(kMedium);
  const SignInFacts before = world.facts();
  world.central().principal_name = "Alice";
  assert_true(world.facts().user.principal_name.text() ==
              before.user.principal_name.text());
}

TEST("a guest of the central directory is a guest") {
  World world;
  world.central().is_guest = true;
  assert_true(world.facts().user.is_guest);
}

TEST("whom the central directory does not have the file describes") {
  World world(kMedium);
  world.central() = {};
  assert_string_equal(world.facts().user.id.text().c_str(), "f-1");
  assert_true(world.facts().user.is_guest);
}

TEST("whom no directory has is their own id and userPrincipalName") {
  World world;
  assert_string_equal(world.facts().user.id.text().c_str(), "alice");
  assert_string_equal(identity_of(world.person, world.rules).id.c_str(), "");
}

// --- how much at risk --------------------------------------------------------

TEST("the central directory's risk counts where there is no file") {
  World world;
  world.central().risk = RiskLevel::high;
  assert_true(world.facts().user_risk == RiskLevel::high);
}

TEST("of two risks the worse one counts") {
  World world(kMedium);
  world.central().risk = RiskLevel::low;
  assert_true(world.level() == RiskLevel::medium);
  world.central().risk = RiskLevel::high;
  assert_true(world.level() == RiskLevel::high);
  world.central().risk = RiskLevel::none;
  assert_true(world.level() == RiskLevel::medium);
}

TEST("hidden is no reason to forget a risk that is known") {
  World world(kMedium);
  world.central().risk = RiskLevel::hidden;
  assert_true(world.level() == RiskLevel::medium);
}

TEST("a risk that the directory does not know any more is not known") {
  World world("users: [{account: bob}]");  // of alice it says: none
  world.central().risk = std::nullopt;
  assert_false(world.facts().user_risk.has_value());
}

TEST("a risk of the file stays known when the directory's is not") {
  World world(kMedium);
  world.central().risk = std::nullopt;
  assert_true(world.level() == RiskLevel::medium);
}

TEST("a directory that keeps no risks leaves them to the file") {
  World world("users: [{account: bob}]");
  world.central().keeps_risks = false;
  assert_true(world.level() == RiskLevel::none);
}

TEST("a risk that was dealt with is none until the directory says more") {
  World world;
  world.central().risk = RiskLevel::high;
  world.central().risk_stamp = "high/atRisk/1";
  const std::string dealt_with = world.stamp();
  assert_true(world.facts(dealt_with).user_risk == RiskLevel::none);
  world.central().risk_stamp = "high/atRisk/2";
  assert_true(world.facts(dealt_with).user_risk == RiskLevel::high);
}

TEST("dealing with one risk does not deal with another source's") {
  World world(kMedium);
  const std::string of_file = world.stamp();
  world.central().risk = RiskLevel::high;
  world.central().risk_stamp = "high/atRisk/1";
  assert_true(world.facts(of_file).user_risk == RiskLevel::high);
  assert_true(world.facts(world.stamp()).user_risk == RiskLevel::none);
}

TEST("a risk beside one without a stamp cannot be dealt with for good") {
  World world(kMedium);
  world.central().risk = RiskLevel::high;
  assert_string_equal(world.stamp().c_str(), "");
}

TEST("whatever the directory says, its stamp can be kept") {
  World world;
  world.central().risk = RiskLevel::high;
  world.central().risk_stamp = std::string(kMaxRiskStampBytes + 1, 'x');
  const std::string first = world.stamp();
  assert_true(first.size() <= kMaxRiskStampBytes);
  world.central().risk_stamp.back() = 'y';
  assert_true(world.stamp() != first);
}

}  // namespace
}  // namespace mfa
