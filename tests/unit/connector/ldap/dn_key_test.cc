// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/dn_key.h"

#include <string>

#include "tests/check.h"
#include "wire/codec.h"

using namespace mfa::connector::ldap;

namespace {

void expect(std::string_view dn, const char* key) {
  assert_string_equal(dn_key(dn).c_str(), key);
}

}  // namespace

TEST("ldap: writings of one name have one key") {
  constexpr char kAnn[] = "cn=ann lee,ou=people,dc=example,dc=org";
  expect("cn=ann lee,ou=people,dc=example,dc=org", kAnn);
  expect("CN=Ann  Lee, OU=People , DC=Example,DC=org", kAnn);
  expect("commonName=Ann Lee,2.5.4.11=people,DC=example,domainComponent=ORG",
         kAnn);
  expect("cn=\\41nn Lee,ou=people,dc=example,dc=org", kAnn);
  expect("cn=#0407416e6e204c6565,ou=people,dc=example,dc=org",
         "cn=#0407416e6e204c6565,ou=people,dc=example,dc=org");
}

TEST("ldap: parts of one RDN have one order") {
  expect("uid=ann+cn=Ann,dc=org", "cn=ann+uid=ann,dc=org");
  expect("cn=Ann+uid=ann,dc=org", "cn=ann+uid=ann,dc=org");
}

TEST("ldap: letters beyond ASCII have no case either") {
  expect("cn=\xc3\x89mile \xd0\x96\xd1\x83\xd0\xba,dc=org",
         "cn=\xc3\xa9mile \xd0\xb6\xd1\x83\xd0\xba,dc=org");
}

TEST("ldap: what separates is escaped, so that no name looks like another") {
  expect("cn=a\\,dc=b,dc=org", "cn=a\\,dc\\=b,dc=org");
  assert_false(dn_key("cn=a\\,dc=b,dc=org") == dn_key("cn=a,dc=b,dc=org"));
  assert_false(dn_key("cn=a\\+b,dc=org") == dn_key("cn=a+b=,dc=org"));
}

TEST("ldap: a key is text without control characters, whatever the name is") {
  for (const std::string name :
       {"cn=a\\0ab,dc=org", "cn=\\ff\\fe,dc=org", "no name at all\n", "\xff",
        "cn=\\c2\\9b,dc=org", ",", "=", "cn=a,,"}) {
    const std::string key = dn_key(name);
    assert_true(mfa::wire::is_text(key));
    for (const char c : key) assert_true(static_cast<unsigned char>(c) >= 0x20);
  }
  assert_string_equal(dn_key("").c_str(), "");
}

TEST("ldap: a name that is too long is known by its hash") {
  const std::string long_name = "cn=" + std::string(600, 'a') + ",dc=org";
  const std::string key = dn_key(long_name);
  assert_true(key.starts_with("sha256:"));
  assert_int_equal(key.size(), 7 + 64);
  const std::string same = "CN=" + std::string(600, 'A') + ", DC=ORG";
  assert_true(dn_key(same) == key);
  assert_false(dn_key("cn=" + std::string(601, 'a') + ",dc=org") == key);
}

TEST("ldap: the number behind a unique member is no part of its name") {
  assert_string_equal(unique_member_key("uid=Ann,dc=org#'0101'B").c_str(),
                      "uid=ann,dc=org");
  assert_string_equal(unique_member_key("uid=Ann,dc=org").c_str(),
                      "uid=ann,dc=org");
  assert_string_equal(unique_member_key("cn=a\\#'1'B").c_str(), "cn=a\\#'1'b");
}

TEST("ldap: a plain name keeps its case and its spaces") {
  assert_string_equal(plain_key("Ann  Lee").c_str(), "Ann  Lee");
  assert_string_equal(plain_key("a\nb").c_str(), "a\\0ab");
  assert_true(plain_key(std::string(600, 'a')).starts_with("sha256:"));
}
