// SPDX-License-Identifier: BSD-3-Clause
//
// Who may not sign in: the disabled, the gone, and whom nobody can tell apart.
// And what age does to everything else.
#include <fmt/format.h>

#include <algorithm>

#include "tests/unit/cache/fixture.h"

namespace mfa::test {
namespace {

using enum DirectoryKind;
using std::chrono::hours;

const DirectoryKinds kAll{people, roles, risks, devices};

change::Put of(std::vector<DirectoryPerson> some) {
  return {std::move(some), {}, {}, {}, {}};
}

DirectoryPerson disabled(DirectoryPerson person) {
  person.enabled = false;
  return person;
}

DirectoryPerson with_uid(DirectoryPerson person, std::uint32_t uid) {
  person.uid = uid;
  return person;
}

TEST("an account that the directory does not have is this machine's own") {
  CacheHost host;
  host.ask_for({"staff"});
  host.bring(of({person("alice"), without_account(person("bob"))}));
  assert_string_equal(host.standing("localhero").c_str(), "unknown");
  assert_string_equal(host.standing("bob").c_str(), "unknown");
  const auto answer = host.find("localhero");
  assert_false(answer.roles_are_uncertain);
  assert_true(answer.uncertain_groups.empty());
  assert_true(answer.record.memberships_are_fresh);
}

TEST("accounts are compared without regard to case") {
  CacheHost host;
  host.bring(of({disabled(person("Alice"))}));
  assert_string_equal(host.standing("alice").c_str(), "disabled");
  assert_string_equal(host.standing("ALICE").c_str(), "disabled");
}

TEST("a disabled person stays so over restart and any age") {
  CacheHost host;
  host.bring(of({disabled(person("alice")), person("bob")}));
  assert_int_equal(host.status().disabled, 1);
  host.restart();
  host.clock.pass(hours(24 * 365));
  assert_string_equal(host.standing("alice").c_str(), "disabled");
  assert_string_equal(host.standing("bob").c_str(), "enabled");
  host.change(of({person("alice")}));
  assert_string_equal(host.standing("alice").c_str(), "enabled");
  assert_int_equal(host.status().disabled, 0);
}

TEST("who vanishes from the directory is disabled until the account is back") {
  for (const bool full : {true, false}) {
    CacheHost host;
    host.bring(of({person("alice"), person("bob")}));
    if (full) {
      host.bring(of({person("bob")}));
    } else {
      host.change(change::Remove{{"id-alice"}, {}});
    }
    assert_string_equal(host.standing("alice").c_str(), "disabled");
    assert_true(host.record("alice").detail.find("had this account") !=
                std::string::npos);
    assert_true(host.find("alice").roles_are_uncertain);
    assert_int_equal(host.status().people, 1);
    host.restart();
    host.clock.pass(hours(24 * 365));
    assert_string_equal(host.standing("alice").c_str(), "disabled");
    host.bring(of({person("bob")}));
    assert_string_equal(host.standing("alice").c_str(), "disabled");
    // Somebody else may have the account now.
    auto successor = person("alice");
    successor.id = "id-other";
    if (full) {
      host.bring(of({person("bob"), successor}));
    } else {
      host.change(of({successor}));
    }
    assert_string_equal(host.standing("alice").c_str(), "enabled");
    assert_string_equal(host.record("alice").id.c_str(), "id-other");
  }
}

TEST("an account that its person does not have any more is disabled") {
  for (const bool full : {true, false}) {
    CacheHost host;
    host.bring(of({person("alice"), person("bob")}));
    auto renamed = person("alice2");
    renamed.id = "id-alice";
    const change::Put put = of({renamed, without_account(person("bob"))});
    if (full) {
      host.bring(put);
    } else {
      host.change(Change(put));
    }
    assert_string_equal(host.standing("alice").c_str(), "disabled");
    assert_string_equal(host.standing("alice2").c_str(), "enabled");
    assert_string_equal(host.standing("bob").c_str(), "disabled");
  }
}

TEST("an account that goes from one person to another is never gone") {
  CacheHost host;
  host.bring(of({person("alice"), person("bob")}));
  auto successor = person("alice");
  successor.id = "id-other";
  const auto generation = host.begin(false, {people});
  host.apply(generation, change::Remove{{"id-alice"}, {}});
  host.apply(generation, Change(of({successor})));
  host.commit(generation);
  assert_string_equal(host.standing("alice").c_str(), "enabled");
  assert_false(*host.forget("alice"));
}

TEST("an administrator may forget an account that was in the directory") {
  CacheHost host;
  host.bring(of({person("alice"), person("bob")}));
  host.bring(of({person("bob")}));
  assert_true(*host.forget("Alice"));
  assert_false(*host.forget("alice"));
  assert_string_equal(host.standing("alice").c_str(), "unknown");
  host.restart();
  assert_string_equal(host.standing("alice").c_str(), "unknown");
}

TEST("what is forgotten while a full generation comes stays forgotten") {
  CacheHost host;
  host.bring(of({person("alice"), person("bob")}));
  host.bring(of({person("bob")}));
  const auto generation = host.begin(true, {people});
  host.apply(generation, Change(of({person("bob")})));
  assert_true(*host.forget("alice"));
  host.commit(generation);
  assert_string_equal(host.standing("alice").c_str(), "unknown");
}

TEST("what would end with a change that is given up is not begun") {
  CacheHost host;
  host.bring(of({person("alice"), person("bob")}));
  host.bring(of({person("bob")}));
  const auto generation = host.begin(false, {people});
  assert_true(host.forget("alice").error().kind == ErrorKind::conflict);
  assert_true(host.up_to_date({people}).error().kind == ErrorKind::conflict);
  assert_true(host.accept().error().kind == ErrorKind::conflict);
  host.cache->abort(generation);
  assert_true(*host.forget("alice"));
}

TEST("two people with one account can both not sign in, in any case") {
  for (const bool full : {true, false}) {
    CacheHost host;
    host.ask_for({"staff"});
    auto other = person("ALICE");
    other.id = "id-other";
    if (full) {
      host.bring(of({person("alice"), other, person("bob")}));
    } else {
      host.bring(of({person("alice"), person("bob")}));
      host.change(of({other}));
    }
    assert_string_equal(host.standing("alice").c_str(), "conflict");
    assert_string_equal(host.standing("Alice").c_str(), "conflict");
    assert_string_equal(host.standing("bob").c_str(), "enabled");
    assert_true(host.find("alice").roles_are_uncertain);
    assert_int_equal(host.find("alice").uncertain_groups.size(), 1);
    const auto status = host.status();
    assert_int_equal(status.ambiguous_accounts, 1);
    assert_int_equal(status.ambiguous.size(), 1);
    host.change(change::Remove{{"id-other"}, {}});
    assert_string_equal(host.standing("alice").c_str(), "enabled");
    assert_int_equal(host.status().ambiguous_accounts, 0);
  }
}

TEST("another uid than this machine's is a conflict") {
  CacheHost host;
  host.bring(of({with_uid(person("alice"), 1000), person("bob")}));
  assert_true(host.find("alice", 1000).record.standing ==
              CentralRecord::Standing::enabled);
  assert_true(host.find("alice", 0).record.standing ==
              CentralRecord::Standing::conflict);
  assert_true(host.find("alice", 0).roles_are_uncertain);
  assert_true(host.find("bob", 1001).record.standing ==
              CentralRecord::Standing::enabled);
}

TEST("two people with one uid can both not sign in") {
  for (const bool full : {true, false}) {
    CacheHost host;
    const auto bob = with_uid(person("bob"), 1000);
    if (full) {
      host.bring(of({with_uid(person("alice"), 1000), bob}));
    } else {
      host.bring(of({with_uid(person("alice"), 1000)}));
      host.change(of({bob}));
    }
    assert_string_equal(host.standing("alice").c_str(), "conflict");
    assert_string_equal(host.standing("bob").c_str(), "conflict");
    assert_string_equal(host.status().ambiguous.at(0).c_str(), "uid 1000");
    host.change(of({with_uid(person("bob"), 1001)}));
    assert_string_equal(host.standing("alice").c_str(), "enabled");
    assert_int_equal(host.status().ambiguous_accounts, 0);
  }
}

// --- age ---------------------------------------------------------------------

struct Aging : CacheHost {
  Aging() {
    ask_for({"staff", "other"}, {{"admin", {"staff"}, {}}});
    bring(
        {{person("alice"), person("bob"), person("carol")},
         {group("staff", {"id-alice"}), group("other")},
         {{"id-alice", RiskLevel::high, "h"}, {"id-bob", RiskLevel::low, "l"}},
         {device("laptop", {"id-alice"})},
         {{"auditor", "id-bob"}}},
        kAll);
  }
};

TEST("past the hard age of people nothing that could help is certain") {
  Aging host;
  host.clock.pass(host.ages.people.hard);
  assert_true(host.is_in("alice", "staff"));
  host.clock.pass(std::chrono::seconds(1));
  for (const char* account : {"alice", "bob", "localhero"}) {
    const auto answer = host.find(account);
    assert_true(answer.groups.empty());
    assert_true(answer.roles.empty());
    assert_int_equal(answer.uncertain_groups.size(), 2);
    assert_true(answer.roles_are_uncertain);
    assert_false(answer.record.memberships_are_fresh);
  }
  assert_true(host.up_to_date({people, roles}).has_value());
  assert_true(host.is_in("alice", "staff"));
}

TEST("past the hard age of roles every role and group is uncertain") {
  Aging host;
  host.ages.people.hard = hours(1000);
  host.ask_for({"staff", "other"});
  host.clock.pass(hours(25));
  assert_true(host.find("alice").roles_are_uncertain);
  assert_int_equal(host.find("alice").uncertain_groups.size(), 2);
}

TEST("a directory without role assignments has none that age") {
  CacheHost host;
  host.ages.people.hard = hours(1000);
  host.ask_for({"staff"});
  host.bring({{person("alice")}, {group("staff", {"id-alice"})}, {}, {}, {}});
  host.clock.pass(hours(25));
  assert_true(host.is_in("alice", "staff"));
  assert_false(host.find("alice").roles_are_uncertain);
}

TEST("an old risk is kept when it is bad and unknown when it is not") {
  Aging host;
  assert_true(host.record("bob").risk == RiskLevel::low);
  assert_true(host.record("carol").risk == RiskLevel::none);
  host.clock.pass(host.ages.risks.hard + std::chrono::seconds(1));
  assert_true(host.record("alice").risk == RiskLevel::high);
  assert_string_equal(host.record("alice").risk_stamp.c_str(), "h");
  assert_false(host.record("bob").risk.has_value());
  assert_false(host.record("carol").risk.has_value());
  host.restart();
  assert_true(host.record("alice").risk == RiskLevel::high);
}

TEST("an old device is neither compliant nor trusted") {
  Aging host;
  assert_true(host.record("alice").devices_are_fresh);
  host.clock.pass(host.ages.devices.hard + std::chrono::seconds(1));
  const auto record = host.record("alice");
  assert_false(record.devices_are_fresh);
  assert_int_equal(record.devices.size(), 1);
  assert_false(record.devices[0].device.is_compliant.has_value());
  assert_false(
      record.devices[0].device.text(DeviceText::trust_type).has_value());
}

TEST("a clock that was set back makes no fact young") {
  Aging host;
  host.clock.step_wall(-std::chrono::minutes(4));
  assert_true(host.is_in("alice", "staff"));
  host.clock.step_wall(-std::chrono::minutes(2));
  assert_true(host.find("alice").roles_are_uncertain);
  assert_true(host.up_to_date({people, roles}).has_value());
  assert_true(host.is_in("alice", "staff"));
}

TEST("each kind has an age of its own, and status tells it") {
  Aging host;
  const auto begun = host.clock.now().wall;
  host.clock.pass(std::chrono::minutes(20));
  assert_true(host.up_to_date({people}).has_value());
  host.restart();
  const auto kinds = host.status().kinds;
  assert_int_equal(kinds.size(), 4);
  for (const KindStatus& kind : kinds) {
    assert_true(kind.up_to_date ==
                (kind.kind == people ? host.clock.now().wall : begun));
    assert_true(kind.soft_expired == (kind.kind == risks));
    assert_false(kind.hard_expired);
  }
}

TEST("what was never brought cannot be said to be up to date") {
  CacheHost host;
  assert_true(host.up_to_date({people}).error().kind == ErrorKind::refused);
  host.bring(of({person("alice")}));
  assert_true(host.up_to_date({risks}).has_value());
  assert_false(host.record("alice").risk.has_value());
  assert_int_equal(host.status().kinds.size(), 1);
}

TEST("a change cannot make a kind known that was never brought in full") {
  CacheHost host;
  host.bring(of({person("alice")}));
  host.change(change::Put{}, {risks}, {std::nullopt, false, {risks}});
  assert_false(host.record("alice").risk.has_value());
  assert_int_equal(host.status().kinds.size(), 1);
}

TEST("a change makes its kinds young only when it says so") {
  Aging host;
  host.clock.pass(host.ages.people.hard + std::chrono::seconds(1));
  host.change(of({person("dave")}));
  assert_true(host.find("alice").roles_are_uncertain);
  host.change(of({person("erin")}), {people},
              {std::nullopt, false, {people, roles}});
  assert_false(host.find("alice").roles_are_uncertain);
}

TEST("another source cannot say that this one's facts are up to date") {
  CacheHost host;
  host.bring(of({person("alice")}));
  const auto refused = wait_for<void>(
      [&](auto done) { host.cache->up_to_date("x", {people}, done); });
  assert_true(refused.error().kind == ErrorKind::refused);
}

}  // namespace
}  // namespace mfa::test
