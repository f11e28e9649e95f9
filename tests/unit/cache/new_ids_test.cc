// SPDX-License-Identifier: BSD-3-Clause
//
// A sign-in goes by the account: people who come under new ids with their old
// accounts lose what the same people would lose.
#include <fmt/format.h>

#include "tests/unit/cache/fixture.h"

namespace mfa::test {
namespace {

using enum DirectoryKind;

const DirectoryKinds kAll{people, roles, risks, devices};

change::Put of(std::vector<DirectoryPerson> some) {
  return {std::move(some), {}, {}, {}, {}};
}

std::vector<std::string> ids(int count, int from) {
  return ids_of(crowd(count, from));
}

constexpr int kSome = 50;
constexpr int kAdministrators = 0, kRisky = 100, kDisabled = 200, kGuests = 300;

// A thousand people, whom all records call by their ids.
struct Company : CacheHost {
  Company() {
    ask_for({"admins"}, {{"admin", {"admins"}, {}}});
    bring(state(), kAll);
  }

  static change::Put state() {
    change::Put put = of(crowd(1000));
    for (auto& each : put.people) each.names.clear();
    for (std::size_t i = 0; i < kSome; ++i) {
      put.people[kDisabled + i].enabled = false;
      put.people[kGuests + i].is_guest = true;
    }
    put.groups = {group("admins", ids(kSome, kAdministrators))};
    for (const auto& id : ids(kSome, kRisky)) {
      put.risks.push_back({id, RiskLevel::high, "1"});
    }
    return put;
  }

  // Those people, anew: enabled, no guests, nobody's members.
  static std::vector<DirectoryPerson> anew(int from) {
    auto some = crowd(kSome, from);
    for (auto& each : some) {
      each.id = "new-" + each.id;
      each.names.clear();
    }
    return some;
  }

  Error error_with_new_ids(int from, bool full) {
    if (!full) {
      const auto generation = begin(false, {people});
      apply(generation, change::Remove{ids(kSome, from), {}});
      apply(generation, Change(of(anew(from))));
      return commit_error(generation);
    }
    auto put = state();
    put.risks.clear();
    const auto renewed = anew(from);
    std::copy(renewed.begin(), renewed.end(), put.people.begin() + from);
    return bring_error(put);
  }
};

TEST("administrators who would be none by new ids are held") {
  for (const bool full : {true, false}) {
    Company host;
    assert_held(host, host.error_with_new_ids(kAdministrators, full),
                "50 of 50 holders of roles");
    assert_int_equal(host.find("p0").roles.size(), 1);
  }
}

TEST("people at risk who would be at none by new ids are held") {
  for (const bool full : {true, false}) {
    Company host;
    assert_held(host, host.error_with_new_ids(kRisky, full),
                "50 of 50 people at medium or high risk");
    assert_true(host.record("p100").risk == RiskLevel::high);
  }
}

TEST("disabled people who would be enabled by new ids are held") {
  for (const bool full : {true, false}) {
    Company host;
    assert_held(host, host.error_with_new_ids(kDisabled, full),
                "50 of 50 disabled people");
    assert_string_equal(host.standing("p200").c_str(), "disabled");
  }
}

TEST("guests who would be members, by new ids or their own, are held") {
  for (const bool full : {true, false}) {
    Company host;
    assert_held(host, host.error_with_new_ids(kGuests, full),
                "50 of 50 guests would be members");
    auto put = full ? Company::state() : change::Put{};
    put.risks.clear();
    if (!full) put.people = Company::state().people;
    for (auto& each : put.people) each.is_guest = false;
    assert_held(host,
                full ? host.bring_error(put) : host.change_error(Change(put)),
                "50 of 50 guests would be members");
    assert_true(host.record("p300").is_guest);
  }
}

TEST("members who would all be guests are held") {
  Company host;
  auto put = Company::state();
  put.risks.clear();
  for (auto& each : put.people) each.is_guest = true;
  assert_held(host, host.bring_error(put),
              "950 of 950 members would be guests");
  assert_held(host, host.change_error(Change(of(put.people))),
              "950 of 950 members would be guests");
}

TEST("disabled people who go first and come again enabled are held") {
  for (const bool full : {true, false}) {
    for (const bool anew : {true, false}) {
      Company host;
      host.change(change::Remove{ids(kSome, kDisabled), {}});
      assert_string_equal(host.standing("p200").c_str(), "disabled");
      auto put = full ? Company::state() : change::Put{};
      put.risks.clear();
      const auto back =
          anew ? Company::anew(kDisabled) : crowd(kSome, kDisabled);
      if (full) {
        std::copy(back.begin(), back.end(), put.people.begin() + kDisabled);
      } else {
        put.people = back;
      }
      assert_held(host,
                  full ? host.bring_error(put) : host.change_error(Change(put)),
                  "50 of 50 disabled people, or people who were gone");
      assert_string_equal(host.standing("p200").c_str(), "disabled");
    }
  }
}

TEST("administrators who go first and come again by new ids are held") {
  Company host;
  host.change(change::Remove{ids(kSome, kAdministrators), {}});
  assert_held(host,
              host.change_error(Change(of(Company::anew(kAdministrators)))),
              "50 of 50 disabled people, or people who were gone");
}

TEST("new ids of people who are what they were are no loss but of people") {
  for (const bool full : {true, false}) {
    Company host;
    auto put = Company::state();
    put.groups[0].members = ids(kSome, kAdministrators);
    for (int i = 600; i < 650; ++i) {
      put.people[static_cast<std::size_t>(i)].id += "-new";
    }
    if (full) {
      host.bring(put, kAll);
    } else {
      const auto generation = host.begin(false, {people});
      host.apply(generation, change::Remove{ids(50, 600), {}});
      host.apply(generation, Change(of(put.people)));
      host.commit(generation);
    }
    assert_string_equal(host.record("p600").id.c_str(), "id-p600-new");
    assert_string_equal(host.standing("p600").c_str(), "enabled");
  }
}

TEST("people who come by new ids are gone once") {
  for (const bool full : {true, false}) {
    CacheHost host;
    host.bring(of(crowd(50)));
    auto put = of(crowd(50));
    for (auto& each : put.people) each.id += "-new";
    if (full) {
      assert_held(host, host.bring_error(put), "50 of 50 people would be gone");
      continue;
    }
    const auto generation = host.begin(false, {people});
    host.apply(generation, change::Remove{ids(50, 0), {}});
    host.apply(generation, Change(put));
    assert_held(host, host.commit_error(generation),
                "50 of 50 people would be gone");
  }
}

TEST("an account of two people is no loss at each full sync") {
  CacheHost host;
  auto some = crowd(10);
  for (auto each : crowd(10)) {
    each.id = "twin-of-" + each.id;
    each.enabled = false;
    some.push_back(each);
  }
  host.bring(of(some));
  host.bring(of(some));
  assert_int_equal(host.status().people, 20);
}

TEST("people at low risk who would be at none are held") {
  CacheHost host;
  change::Put put = of(crowd(50));
  for (const auto& id : ids_of(put.people)) {
    put.risks.push_back({id, RiskLevel::low, "1"});
  }
  host.bring(put, kAll);
  assert_held(host, host.bring_error({}, {risks}),
              "50 of 50 people at low risk would be at none");
  for (auto& risk : put.risks) risk = {risk.id, RiskLevel::none, "2"};
  put.people.clear();
  assert_held(host, host.change_error(Change(put), {risks}),
              "50 of 50 people at low risk would be at none");
  assert_true(host.record("p0").risk == RiskLevel::low);
}

}  // namespace
}  // namespace mfa::test
