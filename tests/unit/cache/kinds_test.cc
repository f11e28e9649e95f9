// SPDX-License-Identifier: BSD-3-Clause
//
// Kinds of facts that nobody brings any more.
#include "tests/unit/cache/fixture.h"

namespace mfa::test {
namespace {

using enum DirectoryKind;
using std::chrono::hours;

const DirectoryKinds kAll{people, roles, risks, devices};

// Ten administrators by their group and by assignment, some at risk.
change::Put state() {
  change::Put put{crowd(20), {group("admins", ids_of(crowd(10)))}, {}, {}, {}};
  for (const auto& id : ids_of(crowd(10))) put.roles.push_back({"global", id});
  put.risks = {{"id-p1", RiskLevel::high, "1"}, {"id-p2", RiskLevel::low, "1"}};
  put.devices = {device("laptop", {"id-p0"})};
  return put;
}

change::Put only_people() {
  auto put = state();
  put.roles.clear();
  put.risks.clear();
  put.devices.clear();
  return put;
}

struct Company : CacheHost {
  Company() {
    ask_for({"admins"}, {{"admin", {"admins"}, {}}});
    bring(state(), kAll);
  }
  // Days go by, and the directory is asked for people alone.
  void go_on(const std::string& source) {
    for (int day = 0; day < 3; ++day) {
      clock.pass(hours(20));
      const auto noted = wait_for<void>(
          [&](auto done) { cache->up_to_date(source, {people}, done); });
      assert_true(noted.has_value());
    }
  }
};

TEST("another source is not held to the kinds of the one before") {
  Company host;
  const auto generation = host.begin(true, {people}, "other");
  host.apply(generation, only_people());
  host.commit(generation);
  host.go_on("other");
  const auto answer = host.find("p15");
  assert_true(answer.record.memberships_are_fresh);
  assert_false(answer.roles_are_uncertain);
  assert_false(answer.record.keeps_risks);
  assert_int_equal(host.status().kinds.size(), 1);
  assert_int_equal(host.status().devices, 0);
  // What it does not keep up to date is gone, except what was bad.
  assert_true(host.find("p0").roles == std::vector<std::string>{"admin"});
  assert_true(host.record("p1").risk == RiskLevel::high);
  assert_false(host.record("p2").risk.has_value());
  assert_int_equal(host.status().at_risk, 1);
}

TEST("roles that go with their source are lost") {
  Company host;
  const auto generation = host.begin(true, {people}, "other");
  auto put = only_people();
  put.groups.clear();
  host.apply(generation, put);
  assert_held(host, host.commit_error(generation), "10 of 10 holders");
  assert_int_equal(host.find("p0").roles.size(), 2);
}

TEST(
    "a kind that its own source brings no more is in doubt until it is "
    "retired") {
  Company host;
  host.go_on(kSource);
  assert_true(host.find("p15").roles_are_uncertain);
  assert_true(host.forget_kind(roles).value());
  assert_false(host.find("p15").roles_are_uncertain);
  assert_true(host.find("p0").roles == std::vector<std::string>{"admin"});
  assert_true(host.forget_kind(risks).value());
  assert_false(host.record("p1").risk.has_value());
  assert_false(host.record("p1").keeps_risks);
  assert_true(host.forget_kind(devices).value());
  assert_int_equal(host.status().devices, 0);
  assert_true(host.record("p0").devices.empty());
  host.restart();
  assert_int_equal(host.status().kinds.size(), 1);
  // Once, and never people.
  assert_false(host.forget_kind(roles).value());
  assert_false(host.forget_kind(people).value());
  host.bring(state(), kAll);
  assert_int_equal(host.find("p0").roles.size(), 2);
}

TEST("a kind is not forgotten while it is being brought") {
  Company host;
  host.begin(true, kAll);
  assert_true(host.forget_kind(roles).error().kind == ErrorKind::conflict);
}

}  // namespace
}  // namespace mfa::test
