// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/merge_memberships.h"

#include <algorithm>

#include "agent/config/role_names.h"
#include "tests/check.h"

namespace mfa {
namespace {

using Names = std::vector<std::string>;

constexpr char kUserAdministrator[] = "User Administrator";
constexpr char kHelpdesk[] = "Helpdesk Administrator";

// Rules that name: the role User Administrator, by group `admins`; the groups
// `staff` and, by its id, `11-22`; the role Helpdesk Administrator, which only
// a policy names.
struct World {
  MembershipScope scope{{{kUserAdministrator, {"admins"}, {}}},
                        {{"staff", "staff"}, {"11-22", "11-22"}},
                        {role_key(kUserAdministrator), role_key(kHelpdesk)}};
  GroupsNotHere not_here{{"11-22", "admins"}, {}};  // NSS has staff alone
  CacheAnswer answer = fresh();
  DirectoryCache::Unresolved unresolved{{"staff"}, {}};
  Person person{*UserName::parse("alice"), 1000, {}, {}, {}, {}};

  static CacheAnswer fresh() {
    CacheAnswer made;
    made.record.standing = CentralRecord::Standing::enabled;
    made.record.memberships_are_fresh = true;
    return made;
  }

  Person merged() {
    Person result = person;
    result.groups_not_here = std::make_shared<const GroupsNotHere>(not_here);
    merge_memberships(result, scope, answer, unresolved);
    return result;
  }
};

void assert_names(const Names& names, const Names& expected) {
  Names sorted = names;
  std::sort(sorted.begin(), sorted.end());
  assert_true(sorted == expected);
}

TEST("roles and groups are what NSS and the directory say together") {
  World world;
  world.person.groups = {"staff"};
  world.answer.groups = {"11-22"};
  world.answer.roles = {role_key(kUserAdministrator), role_key(kHelpdesk)};
  const Person merged = world.merged();
  assert_names(merged.groups, {"11-22", "staff"});
  assert_names(merged.roles, {kHelpdesk, kUserAdministrator});
  assert_true(merged.memberships_known());
}

TEST("what both say is said once") {
  World world;
  world.person.groups = {"staff"};
  world.answer.groups = {"staff"};
  world.person.roles = {kUserAdministrator};
  world.answer.roles = {role_key(kUserAdministrator)};
  assert_int_equal(world.merged().groups.size(), 1);
  assert_int_equal(world.merged().roles.size(), 1);
}

TEST("a group that only the directory has makes nobody's role uncertain") {
  World world;
  // As NSS alone leaves it.
  world.person.uncertain_roles = {kUserAdministrator};
  world.person.uncertain_groups = {"11-22"};
  const Person merged = world.merged();
  assert_true(merged.uncertain_roles.empty());
  assert_true(merged.uncertain_groups.empty());
  assert_true(merged.memberships_known());
}

TEST("a display name alone does not put anybody into this machine's group") {
  World world;
  world.unresolved.unknown = {};
  world.unresolved.displayed = {"staff"};
  world.answer.groups = {"staff"};
  Person merged = world.merged();
  assert_true(merged.groups.empty());
  assert_names(merged.uncertain_groups, {"staff"});
  world.not_here.missing.push_back("staff");
  merged = world.merged();
  assert_names(merged.groups, {"staff"});
  assert_true(merged.uncertain_groups.empty());
}

TEST(
    "a display name alone does not give anybody the role of this machine's "
    "group for sure") {
  World world;
  world.unresolved.displayed = {"admins"};
  world.not_here.missing = {"11-22"};  // NSS has admins
  world.answer.roles = {role_key(kUserAdministrator), role_key(kHelpdesk)};
  Person merged = world.merged();
  assert_names(merged.roles, {kHelpdesk});
  assert_names(merged.uncertain_roles, {kUserAdministrator});
  world.person.roles = {kUserAdministrator};  // says NSS
  merged = world.merged();
  assert_names(merged.roles, {kHelpdesk, kUserAdministrator});
  assert_true(merged.uncertain_roles.empty());
  world.person.roles.clear();
  world.answer.roles.clear();
  assert_true(world.merged().uncertain_roles.empty());
}

TEST("whom the directory does not put into a namesake NSS answers for") {
  World world;
  world.unresolved.unknown = {};
  world.unresolved.displayed = {"staff"};
  assert_true(world.merged().uncertain_groups.empty());
  world.person.groups = {"staff"};
  world.answer.groups = {"staff"};
  assert_names(world.merged().groups, {"staff"});
  assert_true(world.merged().uncertain_groups.empty());
}

TEST("a group that neither has is uncertain for everybody") {
  World world;
  world.unresolved.unknown = {"11-22", "admins", "staff"};
  const Person merged = world.merged();
  assert_names(merged.uncertain_roles, {kUserAdministrator});
  assert_names(merged.uncertain_groups, {"11-22"});
  assert_false(merged.memberships_known());
}

TEST("a name of two groups of the directory is uncertain, NSS or not") {
  World world;
  world.unresolved.unknown = {};
  world.unresolved.ambiguous = {"admins", "staff"};
  const Person merged = world.merged();
  assert_names(merged.uncertain_roles, {kUserAdministrator});
  assert_names(merged.uncertain_groups, {"staff"});
}

TEST("a group that NSS cannot tell about is uncertain, whoever has it") {
  World world;
  world.not_here = {{}, {"admins", "staff"}};
  world.unresolved.unknown = {};
  const Person merged = world.merged();
  assert_names(merged.uncertain_roles, {kUserAdministrator});
  assert_names(merged.uncertain_groups, {"staff"});
}

TEST("when NSS cannot say in which groups somebody is, all are uncertain") {
  World world;
  Person person = world.person;  // groups_not_here stays nullptr
  merge_memberships(person, world.scope, world.answer, world.unresolved);
  assert_names(person.uncertain_roles, {kUserAdministrator});
  assert_names(person.uncertain_groups, {"11-22", "staff"});
}

TEST("old memberships hold nothing, and everything is uncertain") {
  World world;
  world.answer.record.memberships_are_fresh = false;
  world.answer.groups = {"11-22"};
  world.answer.roles = {role_key(kHelpdesk)};
  const Person merged = world.merged();
  assert_true(merged.groups.empty());
  assert_true(merged.roles.empty());
  assert_names(merged.uncertain_groups, {"11-22", "staff"});
  assert_names(merged.uncertain_roles, {kHelpdesk, kUserAdministrator});
  assert_false(merged.memberships_known());
}

TEST("what NSS says somebody has stays certain when the directory is old") {
  World world;
  world.answer.record.memberships_are_fresh = false;
  world.person.groups = {"staff"};
  world.person.roles = {kUserAdministrator};
  const Person merged = world.merged();
  assert_names(merged.groups, {"staff"});
  assert_names(merged.uncertain_groups, {"11-22"});
  assert_names(merged.uncertain_roles, {kHelpdesk});
}

TEST("roles that the directory doubts are uncertain, policies' alone too") {
  World world;
  world.answer.roles_are_uncertain = true;
  const Person merged = world.merged();
  assert_names(merged.uncertain_roles, {kHelpdesk, kUserAdministrator});
  assert_false(merged.memberships_known());
}

TEST("the directory's doubts about a group that it does not have are none") {
  World world;
  world.answer.uncertain_groups = {"11-22", "staff"};
  assert_names(world.merged().uncertain_groups, {"11-22"});
}

TEST("an account that the directory does not have goes by NSS") {
  World world;
  world.answer.record.standing = CentralRecord::Standing::unknown;
  world.person.groups = {"staff"};
  const Person merged = world.merged();
  assert_names(merged.groups, {"staff"});
  assert_true(merged.roles.empty());
  assert_true(merged.memberships_known());
}

TEST("without any rule about groups an old directory is still a doubt") {
  World world;
  world.scope = {};
  world.answer.record.memberships_are_fresh = false;
  assert_false(world.merged().memberships_known());
}

TEST("a directory that does not answer leaves what NSS said, and doubts") {
  World world;
  world.person.groups = {"staff"};
  doubt_memberships(world.person, world.scope);
  assert_names(world.person.groups, {"staff"});
  assert_names(world.person.uncertain_groups, {"11-22"});
  assert_names(world.person.uncertain_roles, {kHelpdesk, kUserAdministrator});
  assert_false(world.person.memberships_known());
}

}  // namespace
}  // namespace mfa
