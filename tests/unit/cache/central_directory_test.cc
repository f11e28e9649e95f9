// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/central_directory.h"

#include <unistd.h>

#include "tests/check.h"
#include "tests/unit/cache/stub_cache.h"
#include "tests/unit/sign_in/stage.h"

namespace mfa {
namespace {

using namespace std::chrono_literals;

struct World {
  World() {
    auto nss = std::make_unique<stage::People>();
    people = nss.get();
    add("alice", 1000);
    cache.answer.record.standing = CentralRecord::Standing::enabled;
    cache.answer.record.id = "a-1";
    cache.answer.record.memberships_are_fresh = true;
    directory = make_central_directory(std::move(nss), cache, clock);
  }

  void add(const std::string& name, std::uint32_t uid) {
    people->add(name, uid);
    people->people.at(name).groups_not_here =
        std::make_shared<const GroupsNotHere>();
  }

  Result<std::optional<Person>> find(const std::string& name) {
    Result<std::optional<Person>> answer;
    directory->find(name, scope, [&](Result<std::optional<Person>> found) {
      answer = std::move(found);
    });
    return answer;
  }
  Person alice() { return **find("alice"); }

  stage::StandingClock clock;
  stage::StubCache cache;
  std::shared_ptr<const MembershipScope> scope =
      std::make_shared<const MembershipScope>(
          MembershipScope{{}, {{"staff", "staff"}}, {}});
  stage::People* people = nullptr;
  std::unique_ptr<Directory> directory;
};

TEST("a person is found with what the central directory says of them") {
  World world;
  world.cache.answer.groups = {"staff"};
  const Person alice = world.alice();
  assert_string_equal(alice.central->id.c_str(), "a-1");
  assert_true(alice.groups == std::vector<std::string>{"staff"});
  assert_string_equal(world.cache.asked->account.c_str(), "alice");
  assert_true(world.cache.asked->uid == 1000u);
  assert_true(world.cache.asked->scope == world.scope);
}

TEST("whom NSS does not have the central directory is not asked about") {
  World world;
  assert_false(world.find("nobody-here")->has_value());
  assert_false(world.cache.asked.has_value());
}

TEST("an NSS that is silent fails the lookup, whatever is cached") {
  World world;
  world.people->silent = true;
  assert_false(world.find("alice").has_value());
}

TEST("a cache that cannot be read fails the lookup: who is disabled?") {
  World world;
  world.cache.broken = true;
  const auto found = world.find("alice");
  assert_false(found.has_value());
  assert_true(found.error().kind == ErrorKind::unavailable);
  assert_true(found.error().what.find("the disk is ill") != std::string::npos);
}

TEST("the machine's own accounts are nobody's of the directory") {
  for (const std::uint32_t uid : {0u, 999u, 65534u, geteuid()}) {
    World world;
    world.add("operator", uid);
    world.find("operator");
    assert_string_equal(world.cache.asked->account.c_str(), "");
    assert_false(world.cache.asked->uid.has_value());
  }
}

// systemd gives some of these, and networks others: a directory may have them.
TEST("an account with an odd uid is asked about like any other") {
  for (const std::uint32_t uid :
       {1000u, 61184u, 65519u, 65535u, 0x80000000u, 0xfffffffeu}) {
    World world;
    world.add("operator", uid);
    world.find("operator");
    assert_string_equal(world.cache.asked->account.c_str(), "operator");
    assert_true(world.cache.asked->uid == uid);
  }
}

TEST("the machine's own accounts are found without a cache, with doubts") {
  World world;
  world.add("root", 0);
  world.cache.broken = true;
  const Person root = **world.find("root");
  assert_true(root.central->standing == CentralRecord::Standing::unknown);
  assert_false(root.central->memberships_are_fresh);
  assert_false(root.central->devices_are_fresh);
  assert_true(root.central->keeps_risks);
  assert_false(root.central->risk.has_value());
  assert_true(root.uncertain_groups == std::vector<std::string>{"staff"});
  assert_false(root.memberships_known());
}

TEST("a group that only the directory has is certain as soon as it is there") {
  World world;
  auto not_here = std::make_shared<GroupsNotHere>();
  not_here->missing = {"staff"};
  world.people->people.at("alice").groups_not_here = not_here;
  world.cache.names.unknown = {"staff"};
  assert_true(world.alice().uncertain_groups ==
              std::vector<std::string>{"staff"});
  world.cache.names.unknown.clear();
  assert_true(world.alice().uncertain_groups.empty());
}

}  // namespace
}  // namespace mfa
