// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/token.h"

#include "tests/check.h"

using namespace mfa::connector::ldap;

TEST("ldap: a token is read back as it was written") {
  Token token;
  token.mode = "syncrepl";
  token.values = {{"people", "00ff"}, {"groups", ""}};
  const std::string text = to_text(token);
  assert_string_equal(text.c_str(),
                      "mfa-ldap/1;mode=syncrepl;groups=;people=00ff");
  const auto read = parse_token(text).value();
  assert_true(read.mode == "syncrepl" && read.values == token.values);
  assert_true(read.value("people") == "00ff" && read.value("none").empty());
}

TEST("ldap: what is not our token is none") {
  for (const char* text : {"", "mfa-ldap/2;mode=usn", "mfa-ldap/1",
                           "mfa-ldap/1;people=00", "deltaLink"}) {
    assert_false(parse_token(text).has_value());
  }
}
