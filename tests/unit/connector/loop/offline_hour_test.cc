// SPDX-License-Identifier: BSD-3-Clause
//
// The network is gone for an hour, in one piece: the connector's loop, the
// agent's cache and whole sign-ins share one clock, which only waiting moves.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/cache/central_directory.h"
#include "agent/policy/read_policies.h"
#include "connector/loop/loop.h"
#include "tests/unit/cache/fixture.h"
#include "tests/unit/sign_in/stage.h"

namespace mfa {
namespace {

using namespace std::chrono_literals;
using enum DirectoryKind;
using std::chrono::milliseconds;
using std::chrono::minutes;

const DirectoryKinds kKinds{people, roles, risks};

// What is believed for less than the hour, so that age is seen to work.
CacheAges short_ages() {
  CacheAges ages;
  ages.roles = {5min, 15min};
  ages.people = {5min, 20min};
  ages.risks = {5min, 40min};
  return ages;
}

constexpr char kPolicies[] = R"(
- displayName: Administrators
  state: enabled
  conditions:
    users: {includeGroups: [admins], includeRoles: [User Administrator]}
    applications: {includeApplications: [All]}
  grantControls: {operator: OR, builtInControls: [mfa]}
- displayName: Who is not staff
  state: enabled
  conditions:
    users: {includeUsers: [All], excludeGroups: [staff]}
    applications: {includeApplications: [All]}
  grantControls: {operator: OR, builtInControls: [mfa]}
- displayName: People at risk
  state: enabled
  conditions:
    userRiskLevels: [high]
    users: {includeUsers: [All]}
    applications: {includeApplications: [All]}
  grantControls: {operator: OR, builtInControls: [block]}
  sessionControls: {disableResilienceDefaults: true}
)";

// User Administrator.
constexpr std::string_view kRole = "fe930be7-5e62-47db-91af-98c3a49a38b1";

std::shared_ptr<const MembershipScope> scope() {
  return std::make_shared<const MembershipScope>(MembershipScope{
      {}, {{"admins", "admins"}, {"staff", "staff"}}, {std::string(kRole)}});
}

Rules rules() {
  Config config;
  config.security_defaults.enabled = false;
  Rules rules = stage::rules_of(std::move(config));
  rules.policies.list =
      parse_policies(kPolicies, "p.yaml", NamedLocations()).value();
  rules.scope = *scope();
  rules.fingerprint = "1";
  return rules;
}

const std::vector<std::string> kNames = {"alice", "bob",  "carol",
                                         "dave",  "erin", "frank"};

// What each of kNames is told. The word before ":" says how strict it is.
using Decisions = std::map<std::string, std::string>;

int strictness(const std::string& decision) {
  if (decision == "in") return 0;
  return decision == "by code" ? 1 : 2;
}

std::string text_of(const Decisions& decisions) {
  std::string text;
  for (const auto& [name, decision] : decisions) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, decision);
  }
  return text;
}

// The agent: its cache, and sign-ins by it.
class Host {
 public:
  Host() {
    agent.reload(rules());
    auto nss = std::make_unique<stage::People>();
    std::uint32_t uid = 1000;
    for (const std::string& name : kNames) {
      nss->add(name, uid);
      nss->people.at(name).groups_not_here = not_here();
      seeds.emplace(name, agent.enrol(name, uid++));
    }
    cache.ages = short_ages();
    cache.scope = scope();
    cache.cache->configure(cache.ages, cache.mass_change, cache.scope);
    directory =
        make_central_directory(std::move(nss), *cache.cache, cache.clock);
  }

  void pass(milliseconds time) {
    cache.clock.pass(time);
    agent.clock.pass(time);
  }

  // Everybody signs in, with a right code where one is asked for.
  Decisions decide() {
    Decisions decisions;
    for (const std::string& name : kNames) {
      directory->find(name, cache.scope, [&](auto found) {
        agent.people.people.insert_or_assign(name, **found);
      });
      decisions[name] = sign_in(name);
    }
    return decisions;
  }

  test::CacheHost cache;
  stage::Agent agent;

 private:
  static std::shared_ptr<const GroupsNotHere> not_here() {
    auto groups = std::make_shared<GroupsNotHere>();
    groups->missing = {"admins", "staff"};
    return groups;
  }

  std::string sign_in(const std::string& name) {
    stage::Script script;
    script.answer(agent.code_now(seeds.at(name)));
    const Ending end = agent.authenticate(stage::ssh_begin(name), script);
    if (end.outcome != wire::Outcome::allow) {
      return "denied: " +
             std::string(describe(agent.last_record().reason).name);
    }
    return script.prompts.empty() ? "in" : "by code";
  }

  std::map<std::string, Secret> seeds;
  std::unique_ptr<Directory> directory;
};

// --- the directory -----------------------------------------------------------

using Put = change::Put;

DirectoryPerson of_staff(const std::string& name) {
  DirectoryPerson person = test::person(name);
  person.member_of = {"id-staff"};
  return person;
}

// frank was there once.
Put first() {
  Put put;
  for (const std::string& name : kNames) put.people.push_back(of_staff(name));
  put.groups = {test::group("staff")};
  return put;
}

Put before() {
  Put put = first();
  put.people.pop_back();
  put.people[2].enabled = false;  // carol
  put.groups.push_back(test::group("admins", {"id-alice"}));
  put.risks = {{"id-dave", RiskLevel::high, "h"}};
  put.roles = {{std::string(kRole), "id-erin"}};
  return put;
}

// Everybody's lot has changed meanwhile.
Put after() {
  Put put = first();
  put.people[1].enabled = false;  // bob
  put.groups.push_back(test::group("admins"));
  put.risks = {{"id-dave", RiskLevel::none, "n"}};
  return put;
}

constexpr char kBefore[] =
    "alice by code, bob in, carol denied: account_disabled, dave denied: "
    "policy_denied, erin by code, frank denied: account_disabled";
// Past the hard age of roles and people: is bob staff?
constexpr char kAged[] =
    "alice by code, bob by code, carol denied: account_disabled, dave denied: "
    "policy_denied, erin by code, frank denied: account_disabled";
// Past the hard age of risks, which are kept only where they are bad.
constexpr char kOld[] =
    "alice denied: risk_unknown, bob denied: risk_unknown, carol denied: "
    "account_disabled, dave denied: policy_denied, erin denied: risk_unknown, "
    "frank denied: account_disabled";
constexpr char kAfter[] =
    "alice in, bob denied: account_disabled, carol in, dave in, erin in, "
    "frank in";

const char* wanted_at(minutes minute) {
  const CacheAges ages = short_ages();
  if (minute > ages.risks.hard) return kOld;
  return minute > std::min(ages.roles.hard, ages.people.hard) ? kAged : kBefore;
}

// --- the connector's world ---------------------------------------------------

class Offline final : public connector::Agent,
                      public connector::Source,
                      public connector::Surroundings {
 public:
  explicit Offline(Host& host) : host_(host), began_(now()) {}

  std::vector<Decisions> decisions;  // at each minute, the first one at once
  int failures = 0, successes = 0;
  int troubles = 0;
  milliseconds longest_silence{};

  // --- Agent -----------------------------------------------------------------
  Result<connector::Position> position() override {
    return connector::Position{host_.cache.status().generation, "token"};
  }
  Result<std::unique_ptr<connector::Generation>> begin(
      bool, const std::vector<connector::Kind>&, std::uint64_t) override {
    return error(ErrorKind::refused, "not in this test");
  }
  Result<> up_to_date(const std::vector<connector::Kind>&) override {
    return error(ErrorKind::refused, "not in this test");
  }
  Result<> report_trouble(std::string_view message, Instant next) override {
    assert_string_equal(std::string(message).c_str(), "no network");
    const auto pause = next - host_.cache.clock.now().wall;
    assert_true(pause >= 60s && pause <= 375s);
    ++troubles;
    return {};
  }
  Result<> open_work() override { return {}; }
  int work_fd() const override { return 7; }
  Result<std::optional<connector::Work>> next_work() override {
    return std::nullopt;
  }
  Result<> work_done(std::int64_t, bool, std::string_view) override {
    return {};
  }
  bool is_reachable() const override { return true; }

  // --- Source ----------------------------------------------------------------
  Result<> refresh(connector::Receiver&, connector::Position) override {
    if (now() - began_ < 1h) {
      ++failures;
      return error(ErrorKind::unavailable, "no network");
    }
    ++successes;
    host_.cache.bring(after(), kKinds);
    return {};
  }
  Result<connector::Wake> wait(connector::Receiver&, milliseconds,
                               int) override {
    is_over_ = true;
    return connector::Wake::work;
  }
  std::chrono::seconds interval() const override { return 60s; }
  Result<bool> report(const connector::Remediation&) override { return true; }

  // --- Surroundings ----------------------------------------------------------
  int fd() const override { return 5; }
  void watch_work(int) override {}
  // Comes back each minute, as it may.
  Happened wait(milliseconds timeout) override {
    if (timeout > 0ms && decisions.empty()) decisions.push_back(host_.decide());
    const milliseconds minute =
        milliseconds(minutes(decisions.size())) - (now() - began_);
    host_.pass(std::min(timeout, minute));
    if (timeout >= minute) decisions.push_back(host_.decide());
    return {is_over_, false};
  }
  void alive() override {
    longest_silence = std::max(longest_silence, now() - heard_of_);
    heard_of_ = now();
  }
  void status(const std::string&) override {}

 private:
  milliseconds now() const {
    return std::chrono::duration_cast<milliseconds>(
        host_.cache.clock.now().since_boot);
  }

  Host& host_;
  const milliseconds began_;
  milliseconds heard_of_ = began_;
  bool is_over_ = false;
};

void assert_never_relaxed(const std::vector<Decisions>& decisions) {
  for (std::size_t i = 1; i < decisions.size(); ++i) {
    for (const std::string& name : kNames) {
      if (strictness(decisions[i].at(name)) <
          strictness(decisions[i - 1].at(name))) {
        fail_msg("%s in minute %zu", name.c_str(), i);
      }
    }
  }
}

TEST(
    "an hour without network: few tries, the same decisions, one catching up") {
  Host host;
  host.cache.bring(first(), kKinds);
  host.cache.bring(before(), kKinds);
  Offline offline(host);
  test::SeededRandom random;
  connector::Loop loop(offline, offline, offline, host.cache.clock, random);
  loop.run();

  // After 60 s, 120 s, 240 s, then each 300 s, and up to a quarter more.
  assert_true(offline.failures >= 12 && offline.failures <= 14);
  assert_int_equal(offline.troubles, offline.failures);
  assert_true(offline.longest_silence <= 1min);

  assert_true(offline.decisions.size() > 60);
  for (std::size_t i = 0; i < offline.decisions.size(); ++i) {
    const std::string is = text_of(offline.decisions[i]);
    if (is != wanted_at(minutes(i))) fail_msg("minute %zu: %s", i, is.c_str());
  }
  assert_never_relaxed(offline.decisions);

  assert_int_equal(offline.successes, 1);
  assert_string_equal(text_of(host.decide()).c_str(), kAfter);
  for (const KindStatus& kind : host.cache.status().kinds) {
    assert_false(kind.soft_expired);
  }
}

}  // namespace
}  // namespace mfa
