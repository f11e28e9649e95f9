// SPDX-License-Identifier: BSD-3-Clause
//
// A change that would ask many people for less, let many in, or keep many out
// is held, however it goes about it.
#include <fmt/format.h>

#include <fstream>

#include "tests/unit/cache/fixture.h"

namespace mfa::test {
namespace {

using enum DirectoryKind;

const DirectoryKinds kAll{people, roles, risks, devices};

change::Put of(std::vector<DirectoryPerson> some) {
  return {std::move(some), {}, {}, {}, {}};
}

std::vector<DirectoryKey> names_of_crowd(int count) {
  std::vector<DirectoryKey> names;
  for (const auto& each : crowd(count)) names.push_back(each.names[0]);
  return names;
}

// Fifty administrators, whom their group calls by their names.
struct Administrators : CacheHost {
  Administrators() { ask_for({}, {{"admin", {"admins"}, {}}}); }

  static change::Put state() {
    change::Put put = of(crowd(50));
    put.groups = {group("admins", names_of_crowd(50))};
    return put;
  }
  // The same people, in full or as a change.
  Error error_with(std::vector<DirectoryPerson> some, bool full) {
    change::Put put = full ? state() : change::Put{};
    put.people = std::move(some);
    return full ? bring_error(put) : change_error(Change(put));
  }
  bool is_administrator(const std::string& account) {
    return find(account).roles == std::vector<std::string>{"admin"};
  }
};

void assert_holders_stay(Administrators& host, const Error& why) {
  assert_held(host, why, "50 of 50 holders of roles");
  assert_true(host.is_administrator("p0"));
}

// --- who holds roles ---------------------------------------------------------

TEST("people who lose the names that a role's group calls them by are held") {
  for (const bool full : {true, false}) {
    Administrators host;
    host.bring(Administrators::state());
    auto nameless = crowd(50);
    for (auto& each : nameless) each.names.clear();
    assert_holders_stay(host, host.error_with(nameless, full));
  }
}

TEST("accounts that would be other people's are held") {
  for (const bool full : {true, false}) {
    Administrators host;
    host.bring(Administrators::state());
    auto some = crowd(50);
    for (auto& each : some) each = without_account(each);
    for (auto each : crowd(50)) {
      each.id = "new-" + each.id;
      each.names.clear();
      some.push_back(each);
    }
    assert_held(host, host.error_with(some, full),
                "50 of 50 people would be gone");
    assert_true(host.is_administrator("p0"));
  }
}

TEST("a role's group that loses the name its members know is held") {
  Administrators host;
  change::Put put = of(crowd(50));
  for (auto& each : put.people) each.member_of = {"cn=admins,dc=example"};
  put.groups = {group("admins")};
  host.bring(put);
  put = {};
  put.groups = {group("admins")};
  put.groups[0].names.clear();
  assert_holders_stay(host, host.change_error(Change(put)));
}

TEST("a nested group that is called something else is held") {
  Administrators host;
  change::Put put = of(crowd(50));
  put.groups = {group("admins", {"cn=team,dc=example"}),
                group("team", names_of_crowd(50))};
  host.bring(put);
  put = {};
  put.groups = {group("team", names_of_crowd(50))};
  put.groups[0].names = {"cn=others,dc=example"};
  assert_holders_stay(host, host.change_error(Change(put)));
}

TEST("members of a group that a policy names count as holders of a role do") {
  CacheHost host;
  host.ask_for({"admins"});
  host.bring(Administrators::state());
  assert_held(
      host,
      host.change_error(change::Members{"id-admins", {}, names_of_crowd(50)}),
      "50 of 50 holders");
  assert_true(host.is_in("p0", "admins"));
}

TEST("an administrator of three roles is one who can lose them") {
  CacheHost host;
  change::Put put = of(crowd(30));
  for (const auto& each : put.people) {
    for (const char* role : {"a", "b", "c"})
      put.roles.push_back({role, each.id});
  }
  host.bring(put, kAll);
  change::Remove some;
  for (int i = 0; i < 7; ++i) {
    for (const char* role : {"a", "b"}) {
      some.roles.push_back({role, fmt::format("id-p{}", i)});
    }
  }
  assert_held(host, host.change_error(some, {roles}), "7 of 30 holders");
  some.roles.resize(12);
  host.change(some, {roles});
  // They hold the third one still.
  host.clock.pass(std::chrono::hours(26));
  some.roles.clear();
  for (int i = 0; i < 7; ++i) {
    some.roles.push_back({"c", fmt::format("id-p{}", i)});
  }
  assert_held(host, host.change_error(some, {roles}), "7 of 30 holders");
}

// --- who can sign in ---------------------------------------------------------

TEST("many disabled people who would be enabled are held") {
  for (const bool full : {true, false}) {
    Administrators host;
    auto some = crowd(50);
    for (auto& each : some) each.enabled = false;
    host.bring(of(some));
    assert_held(host, host.error_with(crowd(50), full),
                "50 of 50 disabled people");
    assert_string_equal(host.standing("p0").c_str(), "disabled");
  }
}

TEST("many uids that would be other ones are held") {
  for (const bool full : {true, false}) {
    Administrators host;
    auto some = crowd(50);
    for (std::uint32_t i = 0; i < 50; ++i) some[i].uid = 2000 + i;
    host.bring(of(some));
    for (auto& each : some) each.uid = *each.uid + 1000;
    assert_held(host, host.error_with(some, full), "50 of 50 enabled people");
    assert_true(host.find("p0", 2000u).record.standing ==
                CentralRecord::Standing::enabled);
  }
}

TEST("many accounts that would be two people's are held") {
  for (const bool full : {true, false}) {
    Administrators host;
    host.bring(of(crowd(50)));
    auto some = full ? crowd(50) : std::vector<DirectoryPerson>();
    for (auto each : crowd(50)) {
      each.id = "twin-of-" + each.id;
      some.push_back(each);
    }
    assert_held(host, host.error_with(some, full), "in conflict");
    assert_string_equal(host.standing("p0").c_str(), "enabled");
  }
}

TEST("a damaged file is remembered for whom it kept out") {
  CacheHost host;
  auto some = crowd(50);
  some[0].enabled = false;
  host.bring(of(some));
  host.change(change::Remove{{"id-p1"}, {}});
  host.stop();
  {
    std::fstream file(host.file("directory.db"),
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 3);
    file << std::string(64, '\xff');
  }
  host.start();
  assert_true(host.exists("directory.db.damaged"));
  assert_string_equal(host.standing("p0").c_str(), "disabled");
  assert_string_equal(host.standing("p1").c_str(), "disabled");
  host.bring(of(crowd(1)));
  assert_string_equal(host.standing("p0").c_str(), "enabled");
  assert_string_equal(host.standing("p1").c_str(), "disabled");
}

// --- risks -------------------------------------------------------------------

TEST("many high risks that would be medium are held") {
  CacheHost host;
  change::Put put = of(crowd(50));
  for (const auto& id : ids_of(put.people)) {
    put.risks.push_back({id, RiskLevel::high, "1"});
  }
  host.bring(put, kAll);
  for (auto& risk : put.risks) risk = {risk.id, RiskLevel::medium, "2"};
  put.people.clear();
  assert_held(host, host.change_error(Change(put), {risks}), "50 of 50 people");
  assert_true(host.record("p0").risk == RiskLevel::high);
}

TEST("a risk that is too old to be believed has no stamp either") {
  CacheHost host;
  change::Put put = of(crowd(1));
  put.risks = {{"id-p0", RiskLevel::low, "1"}};
  host.bring(put, kAll);
  host.clock.pass(host.ages.risks.hard + std::chrono::seconds(1));
  assert_false(host.record("p0").risk.has_value());
  assert_string_equal(host.record("p0").risk_stamp.c_str(), "");
}

// --- what is counted ---------------------------------------------------------

TEST("people who came today are no measure for who may go") {
  CacheHost host;
  host.bring(of(crowd(50)));
  host.change(Change(of(crowd(1000, 50))));
  assert_held(host, host.change_error(change::Remove{ids_of(crowd(11)), {}}),
              "11 of 50 people would be gone");
  host.clock.pass(std::chrono::hours(26));
  host.change(change::Remove{ids_of(crowd(11)), {}});
}

TEST("a first directory is no mass of anything") {
  CacheHost host;
  host.bring(of(crowd(50)));
  host.change(change::Remove{ids_of(crowd(10)), {}});
  assert_int_equal(host.status().people, 40);
}

TEST("a held change is not forgotten over a small one") {
  CacheHost host;
  host.bring(of(crowd(100)));
  host.change_error(change::Remove{ids_of(crowd(50)), {}});
  host.change(Change(of({person("new")})));
  assert_true(host.status().held.has_value());
  host.clock.pass(std::chrono::hours(25));
  host.change(Change(of({person("newer")})));
  assert_false(host.status().held.has_value());
}

// --- how groups are called ---------------------------------------------------

TEST("a display name does not take the place of an id") {
  for (const std::string id : {"62e90394-69f5-4237-9190-012177145e10",
                               "S-1-5-21-1-2-3-512", "cn=admins,dc=example"}) {
    CacheHost host;
    host.ask_for({id});
    auto state = Administrators::state();
    if (id.find('=') == std::string::npos) state.groups[0].id = id;
    host.bring(state);
    change::Put put = of({person("mallory")});
    put.groups = {group("evil", {"id-mallory"})};
    put.groups[0].display_name = id;
    host.change(Change(put));
    assert_true(host.is_in("p0", id));
    assert_false(host.is_in("mallory", id));
    assert_true(host.find("p0").unresolved->ambiguous.empty());
  }
}

TEST("a key that is no more than a word takes no other group's name") {
  Administrators host;
  host.bring(Administrators::state());
  change::Put put;
  put.groups = {group("empty")};
  put.groups[0].names = {"admins"};
  host.change(Change(put));
  const auto answer = host.find("p0");
  assert_true(answer.roles_are_uncertain);
  assert_string_equal(answer.unresolved->ambiguous.at(0).c_str(), "admins");
}

TEST("what only a display name means is said to be so") {
  CacheHost host;
  host.ask_for({"admins", "id-admins", "cn=admins,dc=example"});
  host.bring(Administrators::state());
  assert_true(host.find("p0").unresolved->displayed ==
              std::vector<std::string>{"admins"});
}

TEST("whose groups have more names than can be looked up is uncertain") {
  CacheHost host;
  host.ask_for({"g0"});
  const auto generation = host.begin(true, kAll);
  for (int i = 0; i < 1300; i += 100) {
    change::Put put;
    for (int j = i; j < i + 100; ++j) {
      put.groups.push_back(group(fmt::format("g{}", j), {"id-p0"}));
      for (int k = 0; k < 31; ++k) {
        put.groups.back().names.push_back(fmt::format("g{}-{}", j, k));
      }
    }
    host.apply(generation, put);
  }
  host.apply(generation, Change(of(crowd(1))));
  host.commit(generation);
  assert_true(host.find("p0").roles_are_uncertain);
  assert_false(host.is_in("p0", "g0"));
}

}  // namespace
}  // namespace mfa::test
