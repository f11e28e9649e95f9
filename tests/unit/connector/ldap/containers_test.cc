// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/containers.h"

#include "connector/ldap/limits.h"
#include "tests/check.h"

using namespace mfa::connector;
using namespace mfa::connector::ldap;

namespace {

struct Unit {
  const char* id;
  const char* dn;
  const char* modified = "20260101000000Z";
};

bool put(Containers& containers, const Unit& unit) {
  return containers.put({unit.dn,
                         {{"entryUUID", {unit.id}},
                          {"createTimestamp", {"20200101000000Z"}},
                          {"modifyTimestamp", {unit.modified}}}});
}

Containers of(std::initializer_list<Unit> units) {
  Containers containers;
  for (const Unit& unit : units) assert_true(put(containers, unit));
  return containers;
}

constexpr Unit kA{"1", "ou=a,dc=x"};
constexpr Unit kB{"2", "ou=b,dc=x"};
constexpr Unit kNew{"3", "ou=c,dc=x", "20200101000000Z"};
constexpr Unit kMovedHere{"3", "ou=c,dc=x"};

std::vector<std::string> bases_of(const std::string& people,
                                  const std::string& groups) {
  LdapConfig config;
  config.base = "dc=example,dc=org";
  config.people_base = people;
  config.groups_base = groups;
  config.devices_base = "ou=devices,dc=example,dc=com";
  std::vector<std::string> bases;
  for (const auto& search : container_searches(*make_mapping(config))) {
    bases.push_back(search.base);
  }
  return bases;
}

}  // namespace

TEST("ldap: containers are others when one is renamed, gone or moved here") {
  const Containers both = of({kA, kB});
  for (const Containers& others :
       {of({kA, {"2", "ou=c,dc=x"}}), of({kA}), of({kA, kB, kMovedHere}),
        of({{"1", "ou=b,dc=x"}, {"2", "ou=a,dc=x"}})}) {
    assert_false(others.follow(both));
    assert_true(others.digest() != both.digest());
  }
}

TEST("ldap: containers are the same in any order and spelling") {
  const Containers same = of({{"2", "OU=B, DC=x"}, kA});
  assert_true(same.follow(of({kA, kB})));
  assert_true(same.digest() == of({kA, kB}).digest());
}

TEST("ldap: a container that was just made leaves the others what they were") {
  assert_true(of({kA, kB, kNew}).follow(of({kA, kB})));
  assert_true(of({kA, kB, kMovedHere}).follow(of({kA, kB, kNew})));
  Containers nobody_knows_when;
  assert_true(nobody_knows_when.put({"ou=c,dc=x", {{"entryUUID", {"3"}}}}));
  assert_false(nobody_knows_when.follow(Containers()));
}

TEST("ldap: as many containers are kept in mind as there is room for") {
  Containers containers;
  for (std::size_t i = 0; i < kMostContainers; ++i) {
    assert_true(put(containers, {std::to_string(i).c_str(), "ou=x"}));
  }
  assert_true(put(containers, {"7", "ou=y"}));
  assert_false(put(containers, {"one more", "ou=x"}));
}

TEST("ldap: containers are asked for where people and groups are, once") {
  using Bases = std::vector<std::string>;
  assert_true(bases_of("", "") == Bases{"dc=example,dc=org"});
  assert_true(bases_of("ou=p,dc=example,dc=org", "") ==
              Bases{"dc=example,dc=org"});
  assert_true(bases_of("", "OU=g,DC=example, dc=org") ==
              Bases{"dc=example,dc=org"});
  assert_true(bases_of("ou=p,dc=x", "ou=g,dc=x") ==
              Bases({"ou=p,dc=x", "ou=g,dc=x"}));
  assert_int_equal(bases_of("ou=people,dc=x", "ou=e,dc=x").size(), 2);
}
