// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/sync_cookie.h"

#include <string>

#include "tests/check.h"

using namespace mfa::connector::ldap;

namespace {

constexpr char kOne[] = "rid=000,csn=20261121173000.000001Z#000000#001#000000";
constexpr char kLater[] =
    "rid=000,csn=20261121173000.000002Z#000000#001#000000";
constexpr char kTwo[] =
    "csn=20261121173000.000001Z#000000#001#000000;"
    "20261121180000.000000Z#000000#002#000000,delcsn=x";

}  // namespace

TEST("ldap: a cookie is behind another when one server's change is") {
  assert_true(is_behind(kOne, kLater));
  assert_false(is_behind(kLater, kOne));
  assert_false(is_behind(kOne, kOne));
  assert_false(is_behind(kTwo, kOne));
  assert_true(is_behind(kOne, kTwo));
  assert_true(is_behind(kTwo, kLater));
}

TEST("ldap: a server that knows nothing is behind one that knew something") {
  assert_true(is_behind("", kOne));
  assert_true(is_behind("rid=000", kOne));
  assert_false(is_behind(kOne, ""));
}

TEST("ldap: what two cookies share is each server's older change") {
  assert_string_equal(common_of(kOne, kLater).c_str(), kOne);
  assert_string_equal(common_of(kLater, kOne).c_str(), kOne);
  const std::string both =
      std::string(kLater) + ";20261121170000.000000Z#000000#002#000000";
  const std::string common =
      "rid=000,csn=20261121173000.000001Z#000000#001#000000;"
      "20261121170000.000000Z#000000#002#000000";
  assert_string_equal(common_of(both, kTwo).c_str(), common.c_str());
  assert_false(is_behind(both, common));
}

TEST("ldap: of a server that one cookie does not name, nothing is shared") {
  assert_string_equal(common_of(kTwo, kOne).c_str(),
                      "csn=20261121173000.000001Z#000000#001#000000");
  assert_string_equal(common_of(kOne, "rid=000").c_str(), "");
  assert_string_equal(common_of("", kOne).c_str(), "");
}

TEST("ldap: of other servers' cookies nobody can say") {
  assert_false(is_behind("host:389#cn=x:dc=org:(uid=*)#1",
                         "host:389#cn=x:dc=org:(uid=*)#2"));
  assert_false(is_behind("", "csn="));
  assert_false(is_behind("", "csn=;;#,"));
}
