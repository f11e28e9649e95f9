// SPDX-License-Identifier: BSD-3-Clause
//
// Names of the rules that only a central directory can answer for. The groups
// of this machine are asked of its real NSS.
#include <string>

#include "agent/policy/read_policies.h"
#include "agent/rules/rules.h"
#include "tests/check.h"
#include "tests/unit/cache/stub_cache.h"

namespace mfa {
namespace {

constexpr char kHere[] = "root";               // every Linux has that group
constexpr char kNotHere[] = "domain admins!";  // no NSS has a name like that

struct World {
  explicit World(const std::string& group, bool connector = true) {
    if (connector) {
      rules.config.connector_user = UserName::parse("mfa-connector");
    }
    rules.scope.groups = {{group, group}};
    cache.state.generation = 1;
  }

  CentralComplaints check() {
    return unresolved_centrally(rules, &cache, Instant());
  }

  Rules rules;
  stage::StubCache cache;
};

void assert_complaints(const CentralComplaints& complaints, std::size_t errors,
                       std::size_t warnings) {
  assert_int_equal(complaints.errors.size(), errors);
  assert_int_equal(complaints.warnings.size(), warnings);
}

TEST("a group of this host is one, whatever the directory has") {
  World world(kHere);
  world.cache.names.unknown = {kHere};
  assert_complaints(world.check(), 0, 0);
}

TEST("a group that only the directory has is one") {
  World world(kNotHere);
  assert_complaints(world.check(), 0, 0);
}

TEST("a group that neither has is refused") {
  World world(kNotHere);
  world.cache.names.unknown = {kNotHere};
  assert_complaints(world.check(), 1, 0);
}

TEST("a name that means several groups is refused, also one of this host") {
  World world(kHere);
  world.cache.names.ambiguous = {kHere};
  assert_complaints(world.check(), 1, 0);
}

TEST("until something was brought, names are warned about, not refused") {
  World world(kNotHere);
  world.cache.names.unknown = {kNotHere};
  world.cache.state.generation = 0;
  assert_complaints(world.check(), 0, 1);
}

TEST("a cache that cannot be read refuses no rules") {
  World world(kNotHere);
  world.cache.broken = true;
  assert_complaints(world.check(), 0, 1);
  assert_complaints(unresolved_centrally(world.rules, nullptr, Instant()), 0,
                    1);
}

TEST("a role's groups are names of the directory, too") {
  World world(kHere);
  world.rules.scope.roles = {{"User Administrator", {kNotHere}, {}}};
  world.cache.names.unknown = {kNotHere};
  assert_complaints(world.check(), 1, 0);
}

TEST("a person whom only the directory can know is warned about") {
  World world(kHere);
  world.rules.policies.list = *parse_policies(
      "displayName: P\nstate: enabled\nconditions:\n"
      "  users: {includeUsers: [alice@example.org]}\n"
      "  applications: {includeApplications: [All]}\n"
      "grantControls: {builtInControls: [mfa]}\n",
      "p.yaml", NamedLocations());
  assert_complaints(world.check(), 0, 1);
  assert_true(unresolved_names(world.rules).empty());
  world.rules.config.connector_user.reset();
  assert_int_equal(unresolved_names(world.rules).size(), 1);
}

TEST("without a connector the directory answers for nothing") {
  World world(kNotHere, false);
  world.cache.names.unknown = {kNotHere};
  assert_complaints(world.check(), 0, 0);
  world.rules.config.roles = {{"User Administrator", {kNotHere}, {}}};
  assert_int_equal(unresolved_names(world.rules).size(), 1);
}

}  // namespace
}  // namespace mfa
