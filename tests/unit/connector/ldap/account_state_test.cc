// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/account_state.h"

#include "tests/check.h"

using namespace mfa;
using namespace mfa::connector::ldap;

namespace {

const Instant kNow = parse_generalized_time("20261121173000Z").value();

bool disabled(std::string_view attribute, std::string_view value) {
  const Entry entry{"uid=ann", {{attribute, {value}}}};
  return is_disabled(entry, {std::string(attribute)}, kNow);
}

}  // namespace

TEST("ldap: bit 2 of userAccountControl disables") {
  assert_false(disabled("userAccountControl", "512"));
  assert_true(disabled("userAccountControl", "514"));
  assert_true(disabled("userAccountControl", "66050"));
  assert_true(disabled("userAccountControl", ""));
  assert_true(disabled("userAccountControl", "0x200"));
}

TEST("ldap: an account expires when its Windows time is over") {
  const auto now = to_file_time(kNow);
  assert_true(now == 134397558000000000);
  assert_false(disabled("accountExpires", "0"));
  assert_false(disabled("accountExpires", "9223372036854775807"));
  assert_true(disabled("accountExpires", std::to_string(now)));
  assert_false(disabled("accountExpires", std::to_string(now + 1)));
  assert_true(disabled("accountExpires", "never"));
}

TEST("ldap: a lock by an administrator disables, one that passes does not") {
  assert_true(disabled("pwdAccountLockedTime", "000001010000Z"));
  assert_false(disabled("pwdAccountLockedTime", "20261121172900Z"));
}

TEST("ldap: other expiries disable when they are over") {
  assert_true(disabled("shadowExpire", "20778"));
  assert_false(disabled("shadowExpire", "20779"));
  assert_false(disabled("shadowExpire", "-1"));
  assert_true(disabled("krbPrincipalExpiration", "20261121173000Z"));
  assert_false(disabled("krbPrincipalExpiration", "20261121173001Z"));
  assert_true(disabled("pwdEndTime", "soon"));
}

TEST("ldap: of a boolean only FALSE lets pass") {
  assert_true(disabled("nsAccountLock", "TRUE"));
  assert_true(disabled("nsAccountLock", "true"));
  assert_false(disabled("nsAccountLock", "false"));
  assert_false(disabled("loginDisabled", "0"));
  assert_true(disabled("loginDisabled", "yes"));
  assert_true(disabled("loginDisabled", ""));
}

TEST("ldap: an attribute that is not there disables nobody, any that is may") {
  const Entry entry{
      "uid=ann", {{"NSACCOUNTLOCK", {"FALSE"}}, {"loginDisabled", {"TRUE"}}}};
  assert_false(is_disabled(entry, {"nsAccountLock", "shadowExpire"}, kNow));
  assert_true(is_disabled(entry, {"nsAccountLock", "loginDisabled"}, kNow));
}

TEST("ldap: generalized time is read in its usual forms, in UTC only") {
  assert_true(parse_generalized_time("202611211730Z") == kNow);
  assert_true(parse_generalized_time("20261121173000.123Z") == kNow);
  assert_string_equal(to_generalized_time(kNow).c_str(), "20261121173000Z");
  for (const char* text :
       {"", "Z", "20261121173000", "20261121173000+0100", "20261321173000Z",
        "20261121253000Z", "2026112117300Z", "20261121173000.Z",
        "20261121173000.xZ", "2026112117300xZ", " 20261121173000Z"}) {
    assert_false(parse_generalized_time(text).has_value());
  }
}

TEST("ldap: numbers are decimal digits and nothing else") {
  assert_true(parse_number("-1") == -1);
  for (const char* text :
       {"", "+1", " 1", "1 ", "0x0", "1e3", "--1", "9223372036854775808"}) {
    assert_false(parse_number(text).has_value());
  }
}
