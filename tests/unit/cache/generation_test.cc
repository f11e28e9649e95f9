// SPDX-License-Identifier: BSD-3-Clause
//
// A generation is in force whole, or not at all.
#include <fmt/format.h>
#include <sys/statvfs.h>

#include <atomic>
#include <thread>

#include "tests/unit/cache/fixture.h"

namespace mfa::test {
namespace {

using enum DirectoryKind;

change::Put three_people() {
  change::Put put;
  put.people = {person("alice"), person("bob"), person("carol")};
  put.groups = {group("admins", {"id-alice"})};
  return put;
}

TEST("an empty cache wants a full sync and is certain of nothing") {
  CacheHost host;
  host.ask_for({"admins"});
  assert_true(host.status().full_sync_wanted);
  assert_int_equal(host.status().generation, 0);
  const auto answer = host.find("alice");
  assert_true(answer.record.standing == CentralRecord::Standing::unknown);
  assert_true(answer.roles_are_uncertain);
  assert_int_equal(answer.uncertain_groups.size(), 1);
}

TEST("a full generation is seen after its commit and not before") {
  CacheHost host;
  const auto generation = host.begin(true, {people});
  host.apply(generation, three_people());
  assert_string_equal(host.standing("alice").c_str(), "unknown");
  const auto status = host.commit(generation, {"cookie", false, {}});
  assert_string_equal(host.standing("alice").c_str(), "enabled");
  assert_int_equal(status.people, 3);
  assert_int_equal(status.groups, 1);
  assert_int_equal(status.generation, generation);
  assert_string_equal(status.token.c_str(), "cookie");
  assert_string_equal(status.source.c_str(), kSource);
  assert_false(status.full_sync_wanted);
  const auto record = host.record("alice");
  assert_string_equal(record.id.c_str(), "id-alice");
  assert_string_equal(record.principal_name.c_str(), "alice@example.com");
}

TEST("a change is seen after its commit and not before") {
  CacheHost host;
  host.bring(three_people());
  const auto generation = host.begin(false, {people});
  host.apply(generation, change::Put{{person("dave")}, {}, {}, {}, {}});
  assert_string_equal(host.standing("dave").c_str(), "unknown");
  host.commit(generation);
  assert_string_equal(host.standing("dave").c_str(), "enabled");
  assert_int_equal(host.status().people, 4);
}

TEST("a generation that is given up leaves nothing") {
  CacheHost host;
  host.bring(three_people());
  for (const bool full : {true, false}) {
    const auto generation = host.begin(full, {people});
    host.apply(generation, change::Put{{person("dave")}, {}, {}, {}, {}});
    host.cache->abort(generation);
    assert_true(host.commit_error(generation).kind == ErrorKind::conflict);
    assert_string_equal(host.standing("dave").c_str(), "unknown");
    assert_string_equal(host.standing("alice").c_str(), "enabled");
    assert_false(host.exists("directory.db.new"));
  }
}

TEST("a whole generation of other kinds replaces just these") {
  CacheHost host;
  auto put = three_people();
  put.risks = {{"id-alice", RiskLevel::low, "1"},
               {"id-bob", RiskLevel::low, "1"}};
  put.devices = {device("laptop", {"id-alice"})};
  host.bring(put, {people, risks, devices});
  change::Put again;
  again.risks = {{"id-carol", RiskLevel::high, "2"}};
  host.bring(again, {risks});
  assert_true(host.record("alice").risk == RiskLevel::none);
  assert_true(host.record("carol").risk == RiskLevel::high);
  assert_string_equal(host.record("carol").risk_stamp.c_str(), "2");
  assert_int_equal(host.record("alice").devices.size(), 1);
  assert_int_equal(host.status().people, 3);
  assert_int_equal(host.status().at_risk, 1);
}

TEST("a whole generation of people keeps the kinds that it does not bring") {
  CacheHost host;
  auto put = three_people();
  put.risks = {{"id-alice", RiskLevel::high, "1"}};
  put.roles = {{"reader", "id-bob"}};
  put.devices = {device("laptop", {"id-alice"})};
  host.bring(put, {people, risks, devices, roles});
  host.bring(three_people());
  assert_true(host.record("alice").risk == RiskLevel::high);
  assert_int_equal(host.record("alice").devices.size(), 1);
  assert_int_equal(host.find("bob").roles.size(), 1);
  assert_int_equal(host.status().devices, 1);
}

TEST("a record that comes twice in a full generation counts once, the last") {
  CacheHost host;
  host.ask_for({"old", "new", "admins"});
  auto first = person("alice");
  first.member_of = {"id-old"};
  auto again = person("alice");
  again.member_of = {"id-new"};
  again.enabled = false;
  const auto generation = host.begin(true, {people});
  host.apply(generation, change::Put{{first},
                                     {group("old"), group("new"),
                                      group("admins", {"id-alice", "id-bob"})},
                                     {},
                                     {},
                                     {}});
  host.apply(
      generation,
      change::Put{
          {again, person("bob")}, {group("admins", {"id-bob"})}, {}, {}, {}});
  const auto status = host.commit(generation);
  assert_int_equal(status.people, 2);
  assert_int_equal(status.groups, 3);
  assert_int_equal(status.disabled, 1);
  assert_int_equal(status.ambiguous_accounts, 0);
  assert_string_equal(host.standing("alice").c_str(), "disabled");
  assert_false(host.is_in("alice", "old"));
  assert_true(host.is_in("alice", "new"));
  assert_false(host.is_in("alice", "admins"));
  assert_true(host.is_in("bob", "admins"));
}

TEST("a full generation may take back what it brought") {
  CacheHost host;
  host.ask_for({"admins", "staff"});
  const auto generation = host.begin(true, {people});
  host.apply(generation, three_people());
  host.apply(generation,
             change::Put{{}, {group("staff", {"id-bob"})}, {}, {}, {}});
  host.apply(generation,
             change::Members{"id-admins", {"id-bob", "id-carol"}, {}});
  host.apply(generation, change::Members{"id-admins", {}, {"id-bob"}});
  host.apply(generation, change::Remove{{"id-carol", "id-staff"}, {}});
  host.apply(generation,
             change::Put{{person("dave"), person("dave")}, {}, {}, {}, {}});
  const auto status = host.commit(generation);
  assert_int_equal(status.people, 3);
  assert_int_equal(status.groups, 1);
  assert_true(host.is_in("alice", "admins"));
  assert_false(host.is_in("bob", "admins"));
  assert_string_equal(host.standing("carol").c_str(), "unknown");
}

TEST("a generation that follows another one than the last is refused") {
  CacheHost host;
  const auto first = host.bring(three_people()).generation;
  host.change(change::Put{{person("dave")}, {}, {}, {}, {}});
  const auto why = host.begin_error({kSource, false, {people}, first});
  assert_true(why.kind == ErrorKind::conflict);
  assert_true(host.begin_error({kSource, true, {people}, 99}).kind ==
              ErrorKind::conflict);
}

TEST("a number of a generation is not given twice") {
  CacheHost host;
  const auto given_up = host.begin(true, {people});
  host.cache->abort(given_up);
  const auto next = host.begin(true, {people});
  assert_true(next > given_up);
  assert_true(host.apply_error(given_up, three_people()).kind ==
              ErrorKind::conflict);
  host.apply(next, three_people());
  host.commit(next);
}

TEST("one generation is open at a time") {
  CacheHost host;
  host.bring(three_people());
  const auto base = host.status().generation;
  for (const bool full : {true, false}) {
    const auto open = host.begin(full, {people});
    assert_true(host.begin_error({kSource, true, {people}, base}).kind ==
                ErrorKind::conflict);
    host.cache->abort(open);
  }
}

TEST("a generation that nobody has touched for long makes room for the next") {
  CacheHost host;
  const auto old = host.begin(true, {people});
  host.clock.pass(std::chrono::minutes(9));
  host.apply(old, three_people());
  host.clock.pass(std::chrono::minutes(9));
  assert_true(host.begin_error({kSource, true, {people}, 0}).kind ==
              ErrorKind::conflict);
  host.clock.pass(std::chrono::minutes(2));
  const auto next = host.begin(true, {people});
  assert_true(host.commit_error(old).kind == ErrorKind::conflict);
  host.apply(next, three_people());
  assert_int_equal(host.commit(next).people, 3);
}

TEST("another source begins with all people") {
  CacheHost host;
  assert_true(host.begin_error({"x", false, {people}, 0}).kind ==
              ErrorKind::refused);
  assert_true(host.begin_error({"x", true, {risks}, 0}).kind ==
              ErrorKind::refused);
  host.bring(three_people());
  const auto base = host.status().generation;
  assert_true(host.begin_error({"x", false, {people}, base}).kind ==
              ErrorKind::refused);
  const auto generation = host.begin(true, {people}, "x");
  host.apply(generation, three_people());
  const auto status = host.commit(generation);
  assert_string_equal(status.source.c_str(), "x");
  assert_string_equal(status.token.c_str(), "");
}

TEST("a token stays until another one is brought") {
  CacheHost host;
  const auto first = host.begin(true, {people});
  host.apply(first, three_people());
  host.commit(first, {"one", false, {}});
  host.change(change::Put{});
  assert_string_equal(host.status().token.c_str(), "one");
  host.change(change::Put{}, {people}, {"two", false, {}});
  host.restart();
  assert_string_equal(host.status().token.c_str(), "two");
}

TEST("who is neither put nor present is removed at the end of all") {
  CacheHost host;
  host.mass_change.percent = 100;
  host.ask_for({"admins", "staff"});
  auto put = three_people();
  put.groups.push_back(group("staff", {"id-bob"}));
  host.bring(put);
  const auto generation = host.begin(false, {people});
  host.apply(generation,
             change::Present{{"id-alice", "id-staff", "id-nobody"}});
  host.apply(generation,
             change::Put{{person("bob"), person("dave")}, {}, {}, {}, {}});
  const auto status = host.commit(generation, {std::nullopt, true, {}});
  assert_int_equal(status.people, 3);
  assert_int_equal(status.groups, 1);
  assert_string_equal(host.standing("alice").c_str(), "enabled");
  assert_string_equal(host.standing("carol").c_str(), "disabled");
  assert_false(host.is_in("alice", "admins"));
  assert_true(host.is_in("bob", "staff"));
}

TEST("kinds that were not announced end the generation") {
  CacheHost host;
  host.bring(three_people());
  const auto generation = host.begin(false, {people});
  const auto why = host.apply_error(
      generation,
      change::Put{{}, {}, {{"id-bob", RiskLevel::low, ""}}, {}, {}});
  assert_true(why.kind == ErrorKind::refused);
  assert_true(host.commit_error(generation).kind == ErrorKind::conflict);
}

TEST("members of a group that is not there end it and want a full sync") {
  CacheHost host;
  host.bring(three_people());
  const auto generation = host.begin(false, {people});
  const auto why =
      host.apply_error(generation, change::Members{"id-none", {"id-bob"}, {}});
  assert_true(why.kind == ErrorKind::refused);
  assert_true(host.status().full_sync_wanted);
  host.restart();
  assert_true(host.status().full_sync_wanted);
  host.bring(three_people());
  assert_false(host.status().full_sync_wanted);
}

TEST("each limit ends the generation with a sentence, and the old one stays") {
  CacheLimits limits;
  limits.people = 3;
  limits.groups = 2;
  limits.memberships = 4;
  limits.roles = 1;
  limits.risks = 1;
  limits.devices = 1;
  CacheHost host(limits);
  host.bring(three_people());
  std::vector<change::Put> puts(8);
  puts[0].people = crowd(4);
  puts[1].groups = {group("a"), group("b"), group("c")};
  puts[2].groups = {group("a"), group("b", {"1", "2", "3", "4", "5"})};
  puts[3].roles = {{"a", "1"}, {"b", "1"}};
  puts[4].risks = {{"1", RiskLevel::low, ""}, {"2", RiskLevel::low, ""}};
  puts[5].devices = {device("1", {}), device("2", {})};
  puts[6].people = {person("x")};
  puts[6].people[0].id = std::string(513, 'x');
  puts[7].people = {person("x")};
  puts[7].people[0].names.assign(65, "name");
  for (const bool full : {true, false}) {
    for (const change::Put& put : puts) {
      const auto generation = host.begin(full, {people, roles, risks, devices});
      const auto applied = wait_for<void>(
          [&](auto done) { host.cache->apply(generation, put, done); });
      // The members of groups are compared at the end of a change.
      const Error why =
          applied ? host.commit_error(generation) : applied.error();
      assert_true(why.kind == ErrorKind::refused);
      assert_true(why.what.size() > 20);
      assert_int_equal(host.status().people, 3);
    }
  }
}

TEST("with little room left on the disk, nothing more is written") {
  CacheLimits limits;
  limits.free_bytes = std::uint64_t{1} << 62;
  CacheHost host(limits);
  const auto generation = host.begin(true, {people});
  const Error why = host.apply_error(generation, three_people());
  assert_true(why.kind == ErrorKind::refused);
  assert_true(why.what.find("the disk is nearly full") == 0);
}

TEST("a generation brings so many records, whatever becomes of them") {
  CacheLimits limits;
  limits.changes = 50;
  CacheHost host(limits);
  host.bring(three_people());
  const auto generation = host.begin(false, {people});
  const std::vector<std::string> nobody(25, "x");
  host.apply(generation, change::Remove{nobody, {}});
  host.apply(generation, change::Present{nobody});
  assert_true(host.apply_error(generation, change::Present{{"x"}}).kind ==
              ErrorKind::refused);
}

TEST("the end of a generation leaves room on the disk as well") {
  CacheHost host;
  host.bring(three_people());
  struct statvfs disk {};
  assert_int_equal(statvfs(host.directory.path().c_str(), &disk), 0);
  CacheLimits limits;
  limits.free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize - (90 << 20);
  host.limits = limits;
  host.restart();
  const auto generation = host.begin(true, {people});
  host.apply(generation, change::Put{{}, {group("g")}, {}, {}, {}});
  // Forty bytes to load, and five times as many to sort.
  for (int i = 0; i < 600; ++i) {
    change::Members members{"id-g", {}, {}};
    for (int j = 0; j < 1000; ++j) {
      members.add.push_back(fmt::format("m{}", i * 1000 + j));
    }
    host.apply(generation, members);
  }
  const auto why = host.commit_error(generation);
  assert_true(why.kind == ErrorKind::refused);
  assert_true(why.what.find("nearly full") != std::string::npos);
  assert_int_equal(host.status().people, 3);
  assert_false(host.exists("directory.db.new"));
}

TEST("refused records are counted, and the first ones told") {
  CacheHost host;
  const auto generation = host.begin(true, {people});
  host.apply(generation, three_people());
  host.cache->note_refusals(generation, {"id-x: uid 0 is reserved"});
  host.cache->note_refusals(generation,
                            std::vector<std::string>(100, "id-y: no"));
  const auto status = host.commit(generation);
  assert_int_equal(status.refused_records, 101);
  assert_int_equal(status.refusals.size(), kMaxListedRefusals);
  host.restart();
  assert_string_equal(host.status().refusals.at(0).c_str(),
                      "id-x: uid 0 is reserved");
  host.change(change::Put{});
  assert_int_equal(host.status().refused_records, 0);
}

TEST("readers see one generation or the other while many are committed") {
  CacheHost host;
  host.mass_change.percent = 100;
  host.ask_for({"even", "odd"});
  const auto state = [](bool even) {
    change::Put put;
    put.people = {person("alice")};
    put.people[0].principal_name = even ? "even" : "odd";
    put.groups = {group("even", {even ? "id-alice" : "id-bob"}),
                  group("odd", {even ? "id-bob" : "id-alice"})};
    return put;
  };
  host.bring(state(true));
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::atomic<int> read{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 6; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto found =
            host.cache->find({"alice", host.scope, {}}, host.clock.now().wall);
        const bool right = found && found->groups.size() == 1 &&
                           found->groups[0] == found->record.principal_name;
        if (!right) ++wrong;
        ++read;
      }
    });
  }
  for (int i = 1; i <= 40; ++i) {
    const int before = read;
    if (i % 2 == 0) {
      host.bring(state(i % 4 == 0));
    } else {
      host.change(state(i % 4 == 1));
    }
    while (read < before + 6) std::this_thread::yield();
  }
  stop = true;
  for (auto& reader : readers) reader.join();
  assert_int_equal(wrong, 0);
}

}  // namespace
}  // namespace mfa::test
