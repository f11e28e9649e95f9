// SPDX-License-Identifier: BSD-3-Clause
//
// What becomes of a change that is held: nobody is better off by the wait, and
// an administrator accepts what was shown.
#include <fmt/format.h>

#include "tests/unit/cache/fixture.h"

namespace mfa::test {
namespace {

using enum DirectoryKind;
using std::chrono::hours;

const DirectoryKinds kAll{people, roles, risks, devices};

change::Put of(std::vector<DirectoryPerson> some) {
  return {std::move(some), {}, {}, {}, {}};
}

std::vector<std::string> ids(int count, int from = 0) {
  return ids_of(crowd(count, from));
}

// Fifty hold a role, fifty are at high risk, a hundred are staff.
struct Company : CacheHost {
  Company() {
    ask_for({"staff", "excluded"}, {{"admin", {"admins"}, {}}});
    bring(state(), kAll);
  }

  static change::Put state() {
    change::Put put = of(crowd(300));
    put.groups = {group("staff", ids(100, 200)), group("admins"),
                  group("excluded"), group("team", {"id-p260"})};
    for (const auto& id : ids(50)) put.roles.push_back({"global", id});
    for (const auto& id : ids(50, 50)) {
      put.risks.push_back({id, RiskLevel::high, "1"});
    }
    return put;
  }
  // Held for these roles, whatever else it says.
  static change::Put with_few_roles() {
    change::Put put = state();
    put.roles.resize(10);
    return put;
  }
  // In full; as a change of all kinds; or as a full generation of other kinds.
  void hold(const change::Put& put, const change::Remove& remove, bool full) {
    if (full) {
      assert_held(*this, bring_error(put, kAll), "holders of roles");
      return;
    }
    const auto generation = begin(false, kAll);
    apply(generation, Change(put));
    apply(generation, remove);
    assert_held(*this, commit_error(generation), "holders of roles");
  }
};

change::Remove roles_of(int count, int from) {
  change::Remove remove;
  for (const auto& id : ids(count, from))
    remove.roles.push_back({"global", id});
  return remove;
}

TEST("who is disabled in a held change does not sign in") {
  for (const bool full : {true, false}) {
    Company host;
    auto put = Company::with_few_roles();
    put.people[200].enabled = false;
    put.people.push_back(person("newcomer"));
    put.people.back().enabled = false;
    auto remove = roles_of(40, 10);
    if (full) put.people.erase(put.people.begin() + 201);
    remove.ids = {"id-p201"};
    host.hold(put, remove, full);
    assert_string_equal(host.standing("p200").c_str(), "disabled");
    assert_string_equal(host.standing("p201").c_str(), "disabled");
    assert_string_equal(host.standing("newcomer").c_str(), "disabled");
    assert_string_equal(host.standing("p202").c_str(), "enabled");
    assert_int_equal(host.status().disabled, 2);
    assert_int_equal(host.status().people, 300);
    assert_int_equal(host.find("p30").roles.size(), 1);
    host.restart();
    assert_string_equal(host.standing("p200").c_str(), "disabled");
  }
}

TEST("a worse risk in a held change counts, a lesser one waits") {
  for (const bool full : {true, false}) {
    Company host;
    auto put = Company::with_few_roles();
    put.risks.erase(put.risks.begin(), put.risks.begin() + 5);
    put.risks.push_back({"id-p50", RiskLevel::low, "2"});
    put.risks.push_back({"id-p100", RiskLevel::medium, "2"});
    host.hold(put, roles_of(40, 10), full);
    assert_true(host.record("p100").risk == RiskLevel::medium);
    assert_string_equal(host.record("p100").risk_stamp.c_str(), "2");
    assert_true(host.record("p50").risk == RiskLevel::high);
    assert_int_equal(host.status().at_risk, 51);
  }
}

TEST("who would have a role or group more by a held change may have any") {
  for (const bool full : {true, false}) {
    Company host;
    auto put = Company::with_few_roles();
    put.roles.push_back({"global", "id-p250"});
    put.groups[1].members = {"id-p251", "id-team"};
    put.groups[2].members = {"id-p252"};
    host.hold(put, roles_of(40, 10), full);
    for (const char* account : {"p250", "p251", "p252", "p260"}) {
      const auto answer = host.find(account);
      assert_true(answer.roles_are_uncertain);
      assert_true(answer.uncertain_groups ==
                  std::vector<std::string>{"excluded"});
      assert_true(answer.groups == std::vector<std::string>{"staff"});
    }
    assert_false(host.find("p253").roles_are_uncertain);
    host.restart();
    assert_true(host.find("p250").roles_are_uncertain);
    // When nothing is held any more, nothing is in doubt.
    host.bring(Company::state(), kAll);
    assert_false(host.find("p250").roles_are_uncertain);
  }
}

TEST(
    "a held change of roles or risks alone does not wait in what it "
    "restricts") {
  Company host;
  change::Put put;
  put.roles = {{"global", "id-p250"}};
  assert_held(host, host.bring_error(put, {roles}), "50 of 150 holders");
  assert_true(host.find("p250").roles_are_uncertain);
  put = {};
  put.risks = {{"id-p251", RiskLevel::high, "9"}};
  assert_held(host, host.bring_error(put, {risks}),
              "50 of 50 people at medium");
  assert_true(host.record("p251").risk == RiskLevel::high);
  assert_true(host.record("p50").risk == RiskLevel::high);
}

TEST("what is itself a mass against people waits") {
  for (const bool full : {true, false}) {
    Company host;
    auto put = Company::state();
    for (auto& each : put.people) each.enabled = false;
    assert_held(
        host, full ? host.bring_error(put, kAll) : host.change_error(put, kAll),
        "300 of 300 enabled people");
    assert_string_equal(host.standing("p200").c_str(), "enabled");
    assert_int_equal(host.status().disabled, 0);
    put = Company::state();
    put.groups[2].members = ids(300);
    put.risks.clear();
    assert_held(host, host.bring_error(put, kAll), "medium or high risk");
    assert_false(host.find("p200").roles_are_uncertain);
  }
}

TEST("people disabled by held changes count together like any others") {
  Company host;
  for (std::size_t step = 0; step < 3; ++step) {
    auto put = Company::with_few_roles();
    for (std::size_t i = 0; i < (step + 1) * 25; ++i) {
      put.people[200 + i].enabled = false;
    }
    host.hold(put, {}, true);
  }
  // 75 of 300 are too many.
  assert_int_equal(host.status().disabled, 50);
}

TEST("a held change says when what is in force will be too old") {
  Company host;
  const auto began = host.clock.now().wall;
  host.clock.pass(hours(3));
  const auto why = host.bring_error(Company::with_few_roles(), kAll);
  assert_held(host, why, "holders of roles");
  const Instant end = began + host.ages.roles.hard;
  assert_true(why.what.find(to_iso8601(end)) != std::string::npos);
  assert_true(host.status().held->too_old_from == end);
  // Risks that are old are kept: nothing ends.
  assert_held(host, host.bring_error({}, {risks}), "at medium or high risk");
  assert_false(host.status().held->too_old_from.has_value());
}

// --- the administrator's word ------------------------------------------------

TEST("what is accepted is what was shown") {
  CacheHost host;
  host.bring(of(crowd(1000)));
  host.change_error(change::Remove{ids(210), {}});
  const auto shown = *host.status().held;
  host.clock.pass(hours(1));
  host.change_error(change::Remove{ids(215), {}});
  assert_true(host.status().held->since == shown.since);
  host.change_error(change::Remove{ids(900), {}});
  assert_true(host.status().held->since != shown.since);
  const auto refused = host.accept(shown.since);
  assert_true(refused.error().kind == ErrorKind::conflict);
  assert_true(refused.error().what.find("900 of 1,000") != std::string::npos);
  assert_held(host, host.change_error(change::Remove{ids(900), {}}), "900 of");
  // A smaller one is another one, too: the larger one is not accepted with it.
  host.clock.pass(hours(1));
  host.change_error(change::Remove{ids(300), {}});
  assert_true(host.accept().has_value());
  assert_held(host, host.change_error(change::Remove{ids(900), {}}), "900 of");
}

TEST("a word from the future is none") {
  CacheHost host;
  host.bring(of(crowd(100)));
  host.bring_error(of(crowd(50)));
  assert_true(host.accept().has_value());
  host.clock.pass(-hours(20));
  assert_held(host, host.bring_error(of(crowd(50))), "50 of 100");
}

TEST("what was lost while a clock ran ahead does not count for days") {
  CacheHost host;
  host.bring(of(crowd(100)));
  host.clock.pass(hours(24 * 30));
  host.change(change::Remove{ids(20), {}});
  host.clock.pass(-hours(24 * 30));
  host.change(change::Remove{ids(16, 20), {}});
  assert_int_equal(host.status().people, 64);
}

}  // namespace
}  // namespace mfa::test
