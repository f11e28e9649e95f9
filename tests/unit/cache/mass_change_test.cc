// SPDX-License-Identifier: BSD-3-Clause
//
// A directory that loses a fifth of itself is not believed at once.
#include "agent/cache/mass_change.h"

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

TEST("a mass is more than the share, and more than a few") {
  const MassChangeLimit limit{20, 5};
  assert_false(is_mass_change({20, 100}, limit));
  assert_true(is_mass_change({21, 100}, limit));
  assert_false(is_mass_change({4, 4}, limit));
  assert_true(is_mass_change({5, 5}, limit));
  assert_false(is_mass_change({0, 0}, limit));
}

TEST("a full generation without a fifth of the people is held") {
  CacheHost host;
  host.bring(of(crowd(1100)));
  const auto why = host.bring_error(of(crowd(800)));
  assert_held(host, why, "300 of 1,100 people would be gone");
  assert_int_equal(host.status().people, 1100);
  assert_string_equal(host.standing("p1099").c_str(), "enabled");
  assert_false(host.exists("directory.db.new"));
  host.bring(of(crowd(1000)));
  assert_int_equal(host.status().people, 1000);
  assert_false(host.status().held.has_value());
}

TEST("a change without a fifth of the people is held") {
  CacheHost host;
  host.bring(of(crowd(100)));
  const auto why = host.change_error(change::Remove{ids(21), {}});
  assert_held(host, why, "21 of 100 people would be gone");
  assert_int_equal(host.status().people, 100);
  assert_string_equal(host.standing("p0").c_str(), "enabled");
  host.change(change::Remove{ids(20), {}});
  assert_int_equal(host.status().people, 80);
}

TEST("people who are removed and come again in one change are not lost") {
  CacheHost host;
  host.bring(of(crowd(50)));
  const auto generation = host.begin(false, {people});
  host.apply(generation, change::Remove{ids(50), {}});
  host.apply(generation, Change(of(crowd(50))));
  assert_int_equal(host.commit(generation).people, 50);
}

TEST("what is absent from a whole list is lost") {
  CacheHost host;
  host.bring(of(crowd(100)));
  const auto generation = host.begin(false, {people});
  host.apply(generation, change::Present{ids(79)});
  const auto why = host.commit_error(generation, {std::nullopt, true, {}});
  assert_held(host, why, "21 of 100 people");
  assert_int_equal(host.status().people, 100);
}

TEST("many people who would be disabled are held") {
  for (const bool full : {true, false}) {
    CacheHost host;
    host.bring(of(crowd(100)));
    auto some = crowd(100);
    for (std::size_t i = 0; i < 21; ++i) some[i].enabled = false;
    const auto why =
        full ? host.bring_error(of(some)) : host.change_error(Change(of(some)));
    assert_held(host, why, "21 of 100 enabled people would be disabled");
    assert_int_equal(host.status().disabled, 0);
  }
}

TEST("many people who would have no account are held") {
  for (const bool full : {true, false}) {
    CacheHost host;
    host.bring(of(crowd(100)));
    auto some = crowd(100);
    for (std::size_t i = 0; i < 21; ++i) some[i] = without_account(some[i]);
    const auto why =
        full ? host.bring_error(of(some)) : host.change_error(Change(of(some)));
    assert_held(host, why, "without an account");
    assert_string_equal(host.standing("p0").c_str(), "enabled");
  }
}

// Ten administrators in a nested group, and a hundred others.
struct Administrators : CacheHost {
  explicit Administrators(const std::string& named = "admins") {
    ask_for({}, {{"admin", {named}, {}}});
    bring(state(), kAll);
  }

  static change::Put state() {
    change::Put put = of(crowd(110));
    put.groups = {group("admins", {"id-team", "id-p0", "id-p1"}),
                  group("team", ids(8, 2)), group("others", ids(100, 10))};
    return put;
  }
};

TEST("many holders of a role who would hold none are held") {
  Administrators host;
  auto put = Administrators::state();
  put.groups[1].members = ids(3, 2);
  assert_held(host, host.bring_error(put, kAll), "5 of 10 holders");
}

TEST("a role's group of a few loses a few without a word") {
  Administrators host;
  auto put = Administrators::state();
  put.groups[1].members = ids(5, 2);
  host.bring(put, kAll);
}

struct Fussy : Administrators {
  Fussy() {
    mass_change.at_least = 1;
    ask_for({}, {{"admin", {"admins"}, {}}});
  }
};

TEST("role holders are lost in each way a change can take them") {
  Fussy host;
  assert_held(host,
              host.change_error(change::Members{"id-team", {}, ids(3, 2)}),
              "3 of 10 holders");
  assert_held(host,
              host.change_error(change::Members{"id-admins", {}, {"id-team"}}),
              "8 of 10 holders");
  assert_held(host, host.change_error(change::Remove{{"id-team"}, {}}),
              "8 of 10 holders");
  assert_held(host, host.change_error(change::Remove{{"id-admins"}, {}}),
              "10 of 10 holders");
  auto renamed = Administrators::state().groups[0];
  renamed.display_name = "administrators";
  assert_held(host,
              host.change_error(Change(change::Put{{}, {renamed}, {}, {}, {}})),
              "10 of 10 holders");
  assert_held(
      host,
      host.change_error(Change(change::Put{{}, {group("team")}, {}, {}, {}})),
      "8 of 10 holders");
  // Groups without a role are nobody's concern.
  host.change(change::Remove{{"id-others"}, {}});
}

// Adding counts as much as removing does.
TEST("a change that takes too long to count counts as everybody's") {
  CacheLimits limits;
  limits.rows_of_change = 30;
  CacheHost host(limits);
  host.ask_for({}, {{"admin", {"admins"}, {}}});
  host.mass_change.percent = 90;
  host.ask_for({}, {{"admin", {"admins"}, {}}});
  auto put = Administrators::state();
  for (int i = 0; i < 10; ++i) {
    put.groups.push_back(group(fmt::format("few{}", i), ids(4, 60 + 4 * i)));
    put.groups[0].members.push_back(fmt::format("id-few{}", i));
  }
  host.bring(put, kAll);
  // Fifty hold a role. Four of them at a time are counted.
  host.change(change::Members{"id-admins", {}, {"id-few0"}});
  change::Members ten{"id-admins", {}, {}};
  for (int i = 1; i < 10; ++i) ten.remove.push_back(fmt::format("id-few{}", i));
  assert_held(host, host.change_error(ten), "of 50 holders");
  // Who comes is counted when it is over.
  const auto generation = host.begin(false, {people});
  for (int i = 1; i < 10; ++i) {
    host.apply(generation,
               change::Members{"id-others", {fmt::format("id-few{}", i)}, {}});
  }
  host.apply(generation, change::Members{"id-admins", {"id-others"}, {}});
  host.commit(generation);
  host.clock.pass(hours(26));
  assert_held(host, host.change_error(change::Remove{{"id-admins"}, {}}),
              "of 110 holders");
}

TEST("role holders who are removed and come again in one change are not lost") {
  Fussy host;
  const auto generation = host.begin(false, {people});
  auto gone = ids(10);
  gone.insert(gone.end(), {"id-team", "id-admins"});
  host.apply(generation, change::Remove{gone, {}});
  host.apply(generation, change::Members{"id-others", {}, {"id-p10"}});
  host.apply(generation, Administrators::state());
  host.commit(generation);
  assert_held(host, host.change_error(change::Remove{{"id-admins"}, {}}),
              "10 of 10 holders");
}

TEST("memberships that the people say themselves count the same") {
  CacheHost host;
  host.mass_change.at_least = 3;
  host.ask_for({}, {{"admin", {"admins"}, {}}});
  auto some = crowd(10);
  for (auto& each : some) each.member_of = {"cn=admins,dc=example"};
  change::Put put = of(some);
  put.groups = {group("admins")};
  host.bring(put);
  for (std::size_t i = 0; i < 3; ++i) some[i].member_of.clear();
  assert_held(host, host.change_error(Change(of(some))), "3 of 10 holders");
  put.people = some;
  assert_held(host, host.bring_error(put), "3 of 10 holders");
}

TEST("role assignments count, and people in groups that are assigned one") {
  CacheHost host;
  change::Put put = of(crowd(20));
  put.groups = {group("ops", ids(8))};
  put.roles = {
      {"reader", "id-ops"}, {"auditor", "id-p10"}, {"auditor", "id-p11"}};
  host.bring(put, kAll);
  assert_held(
      host,
      host.change_error(change::Remove{{}, {{"reader", "id-ops"}}}, {roles}),
      "8 of 10 holders");
  change::Put whole;
  whole.roles = {{"auditor", "id-p10"}};
  assert_held(host, host.bring_error(whole, {roles}), "9 of 10 holders");
  put.roles = whole.roles;
  assert_held(host, host.bring_error(put, kAll), "9 of 10 holders");
}

TEST("many risks that would be less are held, and higher ones are not") {
  CacheHost host;
  change::Put put = of(crowd(20));
  for (const auto& id : ids(10)) {
    put.risks.push_back({id, RiskLevel::medium, "1"});
  }
  host.bring(put, kAll);
  change::Put less;
  for (const auto& id : ids(5)) less.risks.push_back({id, RiskLevel::low, "2"});
  assert_held(host, host.change_error(Change(less), {risks}),
              "5 of 10 people at medium or high risk");
  assert_held(host, host.bring_error(less, {risks}), "10 of 10 people at");
  put.risks.resize(5);
  assert_held(host, host.bring_error(put, kAll), "5 of 10 people at");
  assert_true(host.record("p0").risk == RiskLevel::medium);
  change::Put more;
  for (const auto& id : ids(20))
    more.risks.push_back({id, RiskLevel::high, "3"});
  host.change(Change(more), {risks});
  assert_int_equal(host.status().at_risk, 20);
}

TEST("many small steps of one day are a large one") {
  CacheHost host;
  host.bring(of(crowd(1000)));
  host.change(change::Remove{ids(190), {}});
  host.clock.pass(hours(5));
  const auto why = host.change_error(change::Remove{ids(150, 190), {}});
  assert_held(host, why, "340 of 1,000 people would be gone");
  host.restart();
  assert_held(host, host.bring_error(of(crowd(660, 340))), "340 of 1,000");
  host.clock.pass(hours(26));
  host.change(change::Remove{ids(150, 190), {}});
  assert_int_equal(host.status().people, 660);
}

TEST("an accepted change passes once, and the day begins anew") {
  for (const bool full : {true, false}) {
    CacheHost host;
    host.bring(of(crowd(100)));
    const auto lose = [&](int remain) {
      return full ? host.bring_error(of(crowd(remain)))
                  : host.change_error(
                        change::Remove{ids(100 - remain, remain), {}});
    };
    const auto since = host.clock.now().wall;
    assert_held(host, lose(60), "40 of 100");
    host.clock.pass(hours(1));
    assert_held(host, lose(60), "40 of 100");
    host.restart();
    assert_true(host.status().held.has_value());
    assert_true(host.status().held->since == since);
    const auto accepted = host.accept();
    assert_true(accepted->what.find("40 of 100") != std::string::npos);
    assert_true(host.accept().error().kind == ErrorKind::not_found);
    host.restart();
    // Something else may come first, and does not use it up.
    host.change(change::Put{});
    assert_int_equal((full ? host.bring(of(crowd(60)))
                           : host.change(change::Remove{ids(40, 60), {}}))
                         .people,
                     60);
    assert_false(host.status().held.has_value());
    host.change(change::Remove{ids(12), {}});
    assert_held(host, host.change_error(change::Remove{ids(12, 12), {}}),
                "24 of 60");
  }
}

TEST("an accepted change does not cover a larger one, or one of next week") {
  CacheHost host;
  host.bring(of(crowd(100)));
  assert_held(host, host.bring_error(of(crowd(70))), "30 of 100");
  assert_true(host.accept().has_value());
  assert_held(host, host.bring_error(of(crowd(60))), "40 of 100");
  assert_true(host.accept().has_value());
  host.clock.pass(hours(25));
  assert_held(host, host.bring_error(of(crowd(60))), "40 of 100");
  assert_true(host.accept().has_value());
  // A little larger is the same change a day later.
  assert_int_equal(host.bring(of(crowd(57))).people, 57);
}

TEST("there is nothing to accept before something is held") {
  CacheHost host;
  host.bring(of(crowd(10)));
  assert_true(host.accept().error().kind == ErrorKind::not_found);
}

TEST("a held change of people is not forgotten over a change of risks") {
  CacheHost host;
  host.bring(of(crowd(100)));
  host.bring_error(of(crowd(10)));
  host.bring({}, {risks});
  assert_true(host.status().held.has_value());
  host.bring(of(crowd(100)));
  assert_false(host.status().held.has_value());
}

TEST("another source with other people is held as well") {
  CacheHost host;
  host.bring(of(crowd(100)));
  const auto generation = host.begin(true, {people}, "x");
  host.apply(generation, Change(of(crowd(100, 1000))));
  assert_held(host, host.commit_error(generation), "100 of 100 people");
  assert_string_equal(host.status().source.c_str(), kSource);
}

}  // namespace
}  // namespace mfa::test
