// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/member_range.h"

#include "tests/check.h"

using namespace mfa::connector::ldap;

TEST("ldap: a range says where its piece begins and ends") {
  const auto piece = range_of("member;range=1500-2999").value();
  assert_int_equal(piece.first, 1500);
  assert_true(piece.last == 2999);
  assert_false(range_of("member;Range=3000-*").value().last.has_value());
  for (const char* name :
       {"member", "member;binary", "member;range=", "member;range=1",
        "member;range=a-b", "member;range=1-", "member;range=-1-2",
        "member;range=99999999999999999999-*"}) {
    assert_false(range_of(name).has_value());
  }
}

TEST("ldap: after a piece comes the next one, after the last comes none") {
  const Entry first{"cn=g",
                    {{"member", {}}, {"member;range=0-1499", {"cn=a"}}}};
  assert_string_equal(next_piece(first, "member").value().c_str(),
                      "member;range=1500-*");
  assert_string_equal(next_piece(first, "MEMBER;range=0-*").value().c_str(),
                      "MEMBER;range=1500-*");
  assert_true(*first.find("member") == Values{"cn=a"});
  const Entry last{"cn=g", {{"member;range=1500-*", {"cn=b"}}}};
  assert_false(next_piece(last, "member").has_value());
  const Entry whole{"cn=g", {{"member", {"cn=a"}}}};
  assert_false(next_piece(whole, "member").has_value());
}
