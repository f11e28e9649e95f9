// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/sync_control.h"

#include "connector/ldap/binary_ids.h"
#include "connector/ldap/limits.h"
#include "tests/check.h"

using namespace mfa::connector::ldap;

namespace {

std::string bytes(std::string_view hex) { return from_hex(hex).value(); }

// 16 bytes of a UUID as an octet string.
const std::string kUuid = "041000112233445566778899aabbccddeeff";
constexpr char kUuidText[] = "00112233-4455-6677-8899-aabbccddeeff";

}  // namespace

TEST("ldap: a sync request asks to persist, from the cookie on") {
  assert_string_equal(to_hex(encode_sync_request(std::nullopt)).c_str(),
                      "30030a0103");
  assert_string_equal(to_hex(encode_sync_request("abc")).c_str(),
                      "30080a01030403616263");
}

TEST("ldap: the state of an entry names it, with or without a cookie") {
  const auto gone = decode_sync_state(bytes("30150a0103" + kUuid)).value();
  assert_true(gone.what == SyncState::What::gone);
  assert_string_equal(gone.id.c_str(), kUuidText);
  assert_false(gone.cookie.has_value());
  const auto added =
      decode_sync_state(bytes("301a0a0101" + kUuid + "0403616263")).value();
  assert_true(added.what == SyncState::What::add && added.cookie == "abc");
}

TEST("ldap: a state that RFC 4533 does not know is refused") {
  for (const std::string& hex :
       {std::string(), std::string("3000"), std::string("30030a0101"),
        "30150a0104" + kUuid, "30150a01ff" + kUuid,
        "30150a0101" + kUuid.substr(2), std::string("30080a01010403616263"),
        "31150a0101" + kUuid, "30ff0a0101" + kUuid}) {
    assert_false(hex.size() % 2 == 0 &&
                 decode_sync_state(bytes(hex)).has_value());
  }
  const std::string cookie(kLongestCookie + 1, 'x');
  assert_false(decode_sync_state(bytes("3082"
                                       "1017"
                                       "0a0101" +
                                       kUuid + "04821001") +
                                 cookie)
                   .has_value());
}

TEST("ldap: the end of a search says whether what was not named is gone") {
  assert_false(decode_sync_done(bytes("3000")).value().refresh_deletes);
  const auto done = decode_sync_done(bytes("300804036162630101ff")).value();
  assert_true(done.refresh_deletes && done.cookie == "abc");
  assert_false(decode_sync_done(bytes("0400")).has_value());
}

TEST("ldap: the messages between entries are told apart") {
  const auto cookie = decode_sync_info(bytes("8003616263")).value();
  assert_true(cookie.what == SyncInfo::What::new_cookie &&
              cookie.cookie == "abc");
  const auto deletes = decode_sync_info(bytes("a100")).value();
  assert_true(deletes.what == SyncInfo::What::delete_phase_over &&
              deletes.refresh_done);
  const auto present = decode_sync_info(bytes("a20804036162630101"
                                              "00"))
                           .value();
  assert_true(present.what == SyncInfo::What::present_phase_over &&
              !present.refresh_done && present.cookie == "abc");
  const auto ids =
      decode_sync_info(bytes("a3290101ff3124" + kUuid + kUuid)).value();
  assert_true(ids.what == SyncInfo::What::ids && ids.ids_are_deleted);
  assert_int_equal(ids.ids.size(), 2);
  assert_string_equal(ids.ids[1].c_str(), kUuidText);
}

TEST("ldap: a set with an id that is none is refused whole") {
  assert_false(
      decode_sync_info(bytes("a3180101ff3113" + kUuid + "00")).has_value());
  assert_false(decode_sync_info(bytes("a3050403616263")).has_value());
  assert_false(decode_sync_info(bytes("a400")).has_value());
  assert_false(decode_sync_info("").has_value());
}
