// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/config.h"
#include "agent/directory/directory.h"
#include "tests/check.h"

namespace mfa {
namespace {

std::vector<std::string> unresolved(std::string_view text) {
  const auto config = parse_config(text, "f.yaml");
  if (!config) fail_msg("%s", config.error().what.c_str());
  return unresolved_names(*config);
}

TEST("names that exist on this machine are all resolved") {
  assert_int_equal(
      unresolved("roles: {A: {groups: [root, daemon], users: [root]}}\n"
                 "emergency_access: [root]\n"
                 "delegates: {daemon: [apache2]}\n"
                 "admin_group: no-such-group-here\n")
          .size(),
      0);
}

TEST("R-03: each group and account that does not exist is named") {
  const auto names = unresolved(
      "roles: {User Administrator: {groups: [no-group-1, root], "
      "users: [no-user-1]}}\n"
      "emergency_access: [no-user-2, root]\n"
      "delegates: {no-user-3: [apache2]}\n");
  assert_int_equal(names.size(), 4);
  const char* const expected[] = {
      "roles: \"User Administrator\": there is no group \"no-group-1\"",
      "roles: \"User Administrator\": there is no account \"no-user-1\"",
      "emergency_access: there is no account \"no-user-2\"",
      "delegates: there is no account \"no-user-3\""};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!names[i].starts_with(expected[i])) fail_msg("%s", names[i].c_str());
  }
}

}  // namespace
}  // namespace mfa
