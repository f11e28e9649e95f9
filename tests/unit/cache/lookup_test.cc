// SPDX-License-Identifier: BSD-3-Clause
//
// What a sign-in is told of a person's groups, roles, risk and devices.
#include <fmt/format.h>

#include <algorithm>

#include "tests/unit/cache/fixture.h"

namespace mfa::test {
namespace {

using enum DirectoryKind;

const DirectoryKinds kAll{people, roles, risks, devices};

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

RoleMapping role(const std::string& name, std::vector<std::string> groups) {
  return {name, std::move(groups), {}};
}

TEST("a membership is found from either side, by id and by any name") {
  CacheHost host;
  host.ask_for({"by id", "by dn", "own id", "own dn"});
  auto alice = person("alice");
  alice.member_of = {"id-own id", "cn=own dn,dc=example"};
  host.bring(
      {{alice},
       {group("by id", {"id-alice"}), group("by dn", {"uid=alice,dc=example"}),
        group("own id"), group("own dn")},
       {},
       {},
       {}});
  for (const char* name : {"by id", "by dn", "own id", "own dn"}) {
    assert_true(host.is_in("alice", name));
  }
  assert_true(host.find("alice").uncertain_groups.empty());
  assert_false(host.find("alice").roles_are_uncertain);
}

TEST("a rule finds a group by id, display name and any other name") {
  CacheHost host;
  host.ask_for({"id-staff", "staff", "cn=staff,dc=example", "STAFF", "nobody"});
  host.bring({{person("alice")}, {group("staff", {"id-alice"})}, {}, {}, {}});
  const auto answer = host.find("alice");
  assert_int_equal(answer.groups.size(), 3);
  assert_false(contains(answer.groups, "STAFF"));
  assert_true(answer.uncertain_groups.empty());
  const auto unresolved = *host.cache->unresolved(*host.scope);
  assert_int_equal(unresolved.unknown.size(), 2);
  assert_true(unresolved.ambiguous.empty());
}

TEST("a group of this machine stands for a name that the directory lacks") {
  CacheHost host;
  auto scope = std::make_shared<MembershipScope>();
  scope->groups = {{"Staff of Entra", "staff"}, {"admins", "staff"}};
  host.scope = scope;
  host.bring({{person("alice")},
              {group("staff", {"id-alice"}), group("admins")},
              {},
              {},
              {}});
  const auto answer = host.find("alice");
  assert_true(contains(answer.groups, "Staff of Entra"));
  assert_false(contains(answer.groups, "admins"));
}

TEST("a display name is nothing that a record can mean") {
  CacheHost host;
  host.ask_for({"admins", "staff"});
  auto mallory = person("mallory");
  mallory.member_of = {"admins"};
  auto staff = group("staff", {"id-mallory"});
  staff.member_of = {"admins"};
  host.bring({{mallory}, {group("admins"), staff}, {}, {}, {}});
  assert_false(host.is_in("mallory", "admins"));
}

TEST("groups nest, on both sides and five deep") {
  CacheHost host;
  host.ask_for({"g0", "g1", "g2", "g3", "g4", "g5", "beside"});
  change::Put put{{person("alice")}, {group("g0", {"id-alice"})}, {}, {}, {}};
  for (int i = 1; i <= 5; ++i) {
    put.groups.push_back(group(fmt::format("g{}", i)));
    if (i % 2 == 0) {
      put.groups[static_cast<std::size_t>(i - 1)].member_of = {
          fmt::format("id-g{}", i)};
    } else {
      put.groups.back().members = {fmt::format("cn=g{},dc=example", i - 1)};
    }
  }
  put.groups.push_back(group("beside", {"id-bob"}));
  host.bring(put);
  assert_int_equal(host.find("alice").groups.size(), 6);
  assert_false(host.is_in("alice", "beside"));
  host.change(change::Members{"id-g3", {}, {"cn=g2,dc=example"}});
  assert_int_equal(host.find("alice").groups.size(), 3);
}

TEST("groups that are in each other end") {
  CacheHost host;
  host.ask_for({"a", "b", "c"});
  host.bring({{person("alice")},
              {group("a", {"id-alice", "id-c", "id-a"}), group("b", {"id-a"}),
               group("c", {"id-b"})},
              {},
              {},
              {}});
  const auto answer = host.find("alice");
  assert_int_equal(answer.groups.size(), 3);
  assert_true(answer.uncertain_groups.empty());
}

TEST("who is in too many groups is uncertain in all, not a member of some") {
  CacheHost host;
  host.ask_for({"g0", "g1"}, {role("admin", {"g0"})});
  change::Put put{{person("alice"), person("bob")}, {}, {}, {}, {}};
  for (std::size_t i = 0; i <= kMaxGroupsOfPerson; ++i) {
    put.groups.push_back(group(fmt::format("g{}", i), {"id-alice"}));
  }
  put.groups[1].members.push_back("id-bob");
  host.bring(put);
  const auto alice = host.find("alice");
  assert_true(alice.groups.empty());
  assert_int_equal(alice.uncertain_groups.size(), 2);
  assert_true(alice.roles_are_uncertain);
  assert_true(host.is_in("bob", "g1"));
  assert_true(host.find("bob").uncertain_groups.empty());
  host.change(change::Members{"id-g5", {}, {"id-alice"}});
  assert_int_equal(host.find("alice").groups.size(), 2);
}

TEST("a name of two groups is uncertain for everybody, local accounts too") {
  CacheHost host;
  host.ask_for({"staff", "other"});
  auto impostor = group("impostor", {"id-mallory"});
  impostor.display_name = "staff";
  host.bring(
      {{person("alice"), person("mallory")},
       {group("staff", {"id-alice"}), impostor, group("other", {"id-alice"})},
       {},
       {},
       {}});
  for (const char* account : {"alice", "mallory", "localhero"}) {
    const auto answer = host.find(account);
    assert_true(contains(answer.uncertain_groups, "staff"));
    assert_int_equal(answer.uncertain_groups.size(), 1);
    assert_false(contains(answer.groups, "staff"));
    assert_false(answer.roles_are_uncertain);
  }
  assert_true(host.is_in("alice", "other"));
  const auto unresolved = *host.cache->unresolved(*host.scope);
  assert_string_equal(unresolved.ambiguous.at(0).c_str(), "staff");
  host.ask_for({}, {role("admin", {"staff"})});
  assert_true(host.find("alice").roles_are_uncertain);
}

TEST("a membership that means two groups makes the member uncertain") {
  CacheHost host;
  host.ask_for({"id-a", "id-b"});
  auto a = group("a");
  auto b = group("b");
  a.names = b.names = {"cn=same"};
  auto alice = person("alice");
  alice.member_of = {"cn=same"};
  host.bring({{alice, person("bob")}, {a, b}, {}, {}, {}});
  assert_int_equal(host.find("alice").uncertain_groups.size(), 2);
  assert_true(host.find("bob").uncertain_groups.empty());
}

TEST("roles come of mapped groups, of assignments and of groups assigned") {
  CacheHost host;
  host.ask_for({}, {role("Global Administrator", {"admins"}),
                    role("operator", {"ops"})});
  change::Put put{{person("alice"), person("bob"), person("carol")},
                  {group("admins", {"id-ops"}), group("ops", {"id-alice"}),
                   group("readers", {"id-ops"})},
                  {},
                  {},
                  {{"auditor", "id-bob"}, {"reader", "cn=readers,dc=example"}}};
  host.bring(put, kAll);
  const auto alice = host.find("alice").roles;
  assert_int_equal(alice.size(), 3);
  assert_true(contains(alice, "62e90394-69f5-4237-9190-012177145e10"));
  assert_true(contains(alice, "operator"));
  assert_true(contains(alice, "reader"));
  const auto bob = host.find("bob").roles;
  assert_int_equal(bob.size(), 1);
  assert_string_equal(bob[0].c_str(), "auditor");
  assert_true(host.find("carol").roles.empty());
  host.change(change::Remove{{}, {{"auditor", "id-bob"}}}, {roles});
  assert_true(host.find("bob").roles.empty());
}

TEST("who has too many roles is uncertain in all") {
  CacheHost host;
  host.ask_for({}, {role("admin", {"admins"})});
  change::Put put{{person("alice"), person("bob")}, {}, {}, {}, {}};
  for (std::size_t i = 0; i <= kMaxRolesOfPerson; ++i) {
    put.roles.push_back({fmt::format("r{}", i), "id-alice"});
  }
  put.roles.push_back({"r0", "id-bob"});
  host.bring(put, kAll);
  assert_true(host.find("alice").roles_are_uncertain);
  assert_true(host.find("alice").roles.empty());
  assert_false(host.find("bob").roles_are_uncertain);
}

TEST("a new distinguished name ends what was said by the old one") {
  CacheHost host;
  host.ask_for({"by id", "by dn"});
  host.bring(
      {{person("alice")},
       {group("by id", {"id-alice"}), group("by dn", {"uid=alice,dc=example"})},
       {},
       {},
       {}});
  auto moved = person("alice");
  moved.names = {"uid=alice,ou=new,dc=example"};
  host.change(change::Put{{moved}, {}, {}, {}, {}});
  assert_true(host.is_in("alice", "by id"));
  assert_false(host.is_in("alice", "by dn"));
  // The group may have followed without a word.
  assert_true(host.status().full_sync_wanted);
  host.change(change::Members{
      "id-by dn", {"uid=alice,ou=new,dc=example"}, {"uid=alice,dc=example"}});
  assert_true(host.is_in("alice", "by dn"));
  assert_int_equal(host.status().people, 1);
}

TEST("a group that is moved wants a full generation, one that goes does not") {
  CacheHost host;
  change::Put put;
  put.people = {person("alice"), person("bob")};
  put.groups = {group("staff"), group("other")};
  host.bring(put);
  host.change(change::Remove{{"id-other", "id-bob"}, {}});
  auto shown = group("staff");
  shown.display_name = "Staff";
  host.change(change::Put{{}, {shown}, {}, {}, {}});
  assert_false(host.status().full_sync_wanted);
  shown.names = {"cn=staff,ou=new,dc=example"};
  host.change(change::Put{{}, {shown}, {}, {}, {}});
  assert_true(host.status().full_sync_wanted);
  put.groups = {shown};
  host.bring(put);
  assert_false(host.status().full_sync_wanted);
}

TEST("a record replaces what it said before, and only that") {
  CacheHost host;
  host.ask_for({"a", "b", "c"});
  auto alice = person("alice");
  alice.member_of = {"id-a", "id-b"};
  host.bring({{alice},
              {group("a"), group("b", {"id-alice"}), group("c")},
              {},
              {},
              {}});
  alice.member_of = {"id-c"};
  host.change(change::Put{{alice}, {}, {}, {}, {}});
  assert_false(host.is_in("alice", "a"));
  assert_true(host.is_in("alice", "b"));
  assert_true(host.is_in("alice", "c"));
  host.change(change::Put{{}, {group("b", {"id-bob"})}, {}, {}, {}});
  assert_false(host.is_in("alice", "b"));
  host.change(change::Remove{{"id-c"}, {}});
  assert_false(host.is_in("alice", "c"));
  assert_int_equal(host.status().groups, 2);
}

TEST("members of a group that is put come in several messages") {
  CacheHost host;
  host.ask_for({"staff"});
  host.bring({{person("alice"), person("bob"), person("carol")},
              {group("staff", {"id-alice", "id-carol"})},
              {},
              {},
              {}});
  const auto generation = host.begin(false, {people});
  host.apply(generation,
             change::Put{{}, {group("staff", {"id-bob"})}, {}, {}, {}});
  host.apply(generation, change::Members{"id-staff", {"id-alice"}, {}});
  host.commit(generation);
  assert_true(host.is_in("alice", "staff"));
  assert_true(host.is_in("bob", "staff"));
  assert_false(host.is_in("carol", "staff"));
}

TEST("a person's devices come with everything that is known of them") {
  CacheHost host;
  auto laptop = device("laptop", {"id-alice", "id-bob"});
  laptop.platform = DevicePlatform::linux_os;
  laptop.ssh_keys = {"SHA256:one", "SHA256:two"};
  laptop.device.text(DeviceText::display_name) = "";
  laptop.device.text(DeviceText::extension_attribute_15) = "last, \"odd\": 7:";
  laptop.device.list(DeviceList::physical_ids) = {"a", ""};
  auto phone = device("phone", {"uid=alice,dc=example"});
  phone.enabled = false;
  phone.device.is_compliant.reset();
  host.bring({{person("alice"), person("bob"), person("carol")},
              {},
              {},
              {laptop, phone},
              {}},
             kAll);
  const auto found = host.record("alice").devices;
  assert_int_equal(found.size(), 2);
  const auto& first = *std::find_if(
      found.begin(), found.end(), [](const DirectoryDevice& each) {
        return each.device.text(DeviceText::device_id) == "laptop";
      });
  assert_true(first.enabled);
  assert_true(first.platform == DevicePlatform::linux_os);
  assert_true(first.ssh_keys == laptop.ssh_keys);
  assert_true(first.device.texts == laptop.device.texts);
  assert_true(first.device.lists == laptop.device.lists);
  assert_true(first.device.is_compliant == true);
  const auto& second = &first == &found[0] ? found[1] : found[0];
  assert_false(second.enabled);
  assert_false(second.device.is_compliant.has_value());
  assert_false(second.platform.has_value());
  assert_int_equal(host.record("bob").devices.size(), 1);
  assert_true(host.record("carol").devices.empty());
  laptop.owners = {"id-carol"};
  host.change(change::Put{{}, {}, {}, {laptop}, {}}, {devices});
  assert_true(host.record("bob").devices.empty());
  assert_int_equal(host.record("carol").devices.size(), 1);
  host.change(change::Remove{{"laptop"}, {}}, {devices});
  assert_true(host.record("carol").devices.empty());
  assert_int_equal(host.status().devices, 1);
}

TEST("a person has only so many devices") {
  CacheHost host;
  change::Put put;
  put.people = {person("alice")};
  for (int i = 0; i < kMaxDevicesOfPerson + 10; ++i) {
    put.devices.push_back(device(fmt::format("d{}", i), {"id-alice"}));
  }
  host.bring(put, kAll);
  assert_int_equal(host.record("alice").devices.size(), kMaxDevicesOfPerson);
}

TEST("who is not on the list of risks is at none, once there is a list") {
  CacheHost host;
  host.bring({{person("alice"), person("bob")}, {}, {}, {}, {}});
  assert_false(host.record("alice").risk.has_value());
  host.bring({{}, {}, {{"id-bob", RiskLevel::medium, "s"}}, {}, {}}, {risks});
  assert_true(host.record("alice").risk == RiskLevel::none);
  assert_true(host.record("bob").risk == RiskLevel::medium);
}

}  // namespace
}  // namespace mfa::test
