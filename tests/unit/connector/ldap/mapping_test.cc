// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/mapping.h"

#include <algorithm>

#include "connector/config/ldap_attributes.h"
#include "tests/check.h"

using namespace mfa;
using namespace mfa::connector;
using namespace mfa::connector::ldap;

namespace {

LdapConfig config(std::map<std::string, std::string> attributes = {}) {
  LdapConfig made;
  made.base = "dc=example,dc=org";
  made.attributes = std::move(attributes);
  return made;
}

bool asks_for(const Scope& scope, std::string_view name) {
  return std::ranges::count(scope.attributes, name) == 1;
}

}  // namespace

TEST("ldap: a preset asks for what it reads, below the base") {
  const auto mapping = make_mapping(config()).value();
  assert_int_equal(mapping.scopes.size(), 2);
  const Scope& people = mapping.scopes[0];
  assert_string_equal(people.base.c_str(), "dc=example,dc=org");
  for (const char* name : {"uid", "uidNumber", "entryUUID", "nsUniqueId",
                           "nsAccountLock", "pwdAccountLockedTime"}) {
    assert_true(asks_for(people, name));
  }
  for (const char* name : {"member", "uniqueMember", "memberUid", "cn"}) {
    assert_true(asks_for(mapping.scopes[1], name));
  }
}

TEST("ldap: bases, filters and attributes of the configuration come first") {
  LdapConfig own = config({{"account", "login"}, {"memberUids", ""}});
  own.people_base = "ou=staff,dc=example,dc=org";
  own.groups_filter = "(cn=mfa-*)";
  own.devices_base = "ou=hosts,dc=example,dc=org";
  const auto mapping = make_mapping(own).value();
  assert_int_equal(mapping.scopes.size(), 3);
  assert_string_equal(mapping.scopes[0].base.c_str(),
                      "ou=staff,dc=example,dc=org");
  assert_true(asks_for(mapping.scopes[0], "login"));
  assert_false(asks_for(mapping.scopes[0], "uid"));
  assert_string_equal(mapping.scopes[1].filter.c_str(), "(cn=mfa-*)");
  assert_false(asks_for(mapping.scopes[1], "memberUid"));
}

TEST("ldap: several attributes are named with commas") {
  const auto mapping =
      make_mapping(config({{"disabled", "nsAccountLock, shadowExpire"}}))
          .value();
  assert_true(mapping.disabled == Names({"nsAccountLock", "shadowExpire"}));
}

TEST("ldap: every attribute that the configuration knows can be mapped") {
  for (const auto name : ldap_attribute_names()) {
    assert_true(make_mapping(config({{std::string(name), "x"}})).has_value());
  }
}

TEST("ldap: what is no attribute is refused, and so is what is no member") {
  for (const char* value : {"a b", "(uid=*)", "a,,b", "\n"}) {
    assert_false(make_mapping(config({{"members", value}})).has_value());
    assert_false(make_mapping(config({{"uid", value}})).has_value());
  }
  assert_false(make_mapping(config({{"account", ""}})).has_value());
  assert_false(make_mapping(config({{"id", ""}})).has_value());
  const auto unknown = make_mapping(config({{"acount", "uid"}}));
  assert_true(unknown.error().what.find("acount") != std::string::npos);
}

TEST("ldap: an id of one's own is known as one") {
  assert_false(make_mapping(config()).value().own_ids);
  assert_true(make_mapping(config({{"id", "employeeNumber"}})).value().own_ids);
  assert_true(make_mapping(config({{"deviceId", "serial"}})).value().own_ids);
}
