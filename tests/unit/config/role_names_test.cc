// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/role_names.h"

#include "tests/check.h"

namespace mfa {
namespace {

constexpr char kGlobal[] = "62e90394-69f5-4237-9190-012177145e10";

TEST("a role has one key, by template id or by name, in any case") {
  for (const char* written :
       {"Global Administrator", "global administrator", "GLOBAL ADMINISTRATOR",
        kGlobal, "62E90394-69F5-4237-9190-012177145E10"}) {
    assert_string_equal(role_key(written).c_str(), kGlobal);
  }
}

TEST("roles that are not built in have their own name as key, in lower case") {
  assert_string_equal(role_key("Night Watch").c_str(), "night watch");
  assert_string_equal(role_key("Global Administrator ").c_str(),
                      "global administrator ");
  assert_string_equal(role_key("").c_str(), "");
  // Only ASCII has a case that everybody agrees on.
  assert_string_equal(role_key("W\xc3\x84"
                               "CHTER")
                          .c_str(),
                      "w\xc3\x84"
                      "chter");
}

TEST("every known role is found by both of its names, and no two share one") {
  for (const RoleName& role : known_roles()) {
    assert_true(role_key(role.display_name) == role.template_id);
    assert_true(role_key(role.template_id) == role.template_id);
    assert_true(role_display_name(role.template_id) == role.display_name);
    assert_true(role_display_name(role.display_name) == role.display_name);
  }
}

TEST("the display name of a role that is not known is left as it is") {
  assert_string_equal(role_display_name("Night Watch").c_str(), "Night Watch");
  assert_string_equal(role_display_name("global ADMINISTRATOR").c_str(),
                      "Global Administrator");
}

}  // namespace
}  // namespace mfa
