// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/binary_ids.h"

#include <string>

#include "tests/check.h"

using namespace mfa::connector::ldap;
using namespace std::string_literals;

TEST("ldap: a GUID is written as Active Directory writes it") {
  const auto bytes = from_hex("10325476985476badcfe0123456789ab").value();
  assert_string_equal(guid_text(bytes).value().c_str(),
                      "76543210-5498-ba76-dcfe-0123456789ab");
  assert_string_equal(uuid_text(bytes).value().c_str(),
                      "10325476-9854-76ba-dcfe-0123456789ab");
  assert_false(guid_text(bytes.substr(1)).has_value());
  assert_false(uuid_text(bytes + "x").has_value());
}

TEST("ldap: nsUniqueId and entryUUID are written alike") {
  constexpr char kUuid[] = "e2f6b8a1-1dd2-11b2-80d0-f8e600000000";
  for (const char* text : {"e2f6b8a1-1dd211b2-80d0f8e6-00000000", kUuid,
                           "E2F6B8A1-1DD2-11B2-80D0-F8E600000000"}) {
    assert_string_equal(canonical_uuid(text).value().c_str(), kUuid);
  }
  for (const char* text :
       {"", "e2f6b8a1", "e2f6b8a1-1dd211b2-80d0f8e6-0000000g",
        "e2f6b8a1-1dd211b2-80d0f8e6-0000000000"}) {
    assert_false(canonical_uuid(text).has_value());
  }
}

TEST("ldap: a SID is written as Windows writes it") {
  const auto sid = from_hex(
                       "010500000000000515000000"
                       "b4b3b2b1c4c3c2c1d4d3d2d151040000")
                       .value();
  assert_string_equal(sid_text(sid).value().c_str(),
                      "S-1-5-21-2981278644-3250766788-3520254932-1105");
  assert_string_equal(sid_of_group(sid, "513").value().c_str(),
                      "S-1-5-21-2981278644-3250766788-3520254932-513");
  assert_false(sid_of_group(sid, "-1").has_value());
  assert_false(sid_of_group(sid, "").has_value());
  assert_false(sid_of_group("", "513").has_value());
  assert_false(sid_text(sid.substr(0, 27)).has_value());
  assert_false(sid_text(sid + "x").has_value());
  assert_false(sid_text("\x02"s + sid.substr(1)).has_value());
}

TEST("ldap: hex is read back, and nothing else is") {
  assert_string_equal(to_hex("\x01\xff"s).c_str(), "01ff");
  assert_true(from_hex("01fF").value() == "\x01\xff"s);
  assert_false(from_hex("0").has_value());
  assert_false(from_hex("0x").has_value());
}
