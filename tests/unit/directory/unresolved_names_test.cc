// SPDX-License-Identifier: BSD-3-Clause
#include <pwd.h>
#include <strings.h>

#include <atomic>
#include <cerrno>
#include <string>

#include "agent/config/config.h"
#include "agent/directory/directory.h"
#include "agent/directory/unresolved_record_names.h"
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

// --- records -----------------------------------------------------------------

std::atomic<int> lookups{0};
std::atomic<int> fails_at{0};  // 0: never

// Knows root.
int own_getpwnam_r(const char* name, passwd* entry, char*, size_t,
                   passwd** found) {
  static char root[] = "root";
  *found = nullptr;
  if (++lookups == fails_at) return EIO;
  if (strcasecmp(name, root) != 0) return 0;
  entry->pw_name = root;
  *found = entry;
  return 0;
}

std::vector<std::string> unresolved_records(const std::string& text) {
  const auto records = DirectoryRecords::parse(text, "d.yaml");
  if (!records) fail_msg("%s", records.error().what.c_str());
  lookups = 0;
  nss::Calls calls;
  calls.getpwnam_r = own_getpwnam_r;
  return unresolved_names(*records, calls);
}

void assert_says(const std::string& sentence, std::string_view words) {
  if (sentence.find(words) == std::string::npos) {
    fail_msg("%s", sentence.c_str());
  }
}

std::string strangers(int count) {
  std::string text = "users:\n";
  for (int i = 0; i < count; ++i) {
    text += "- {account: stranger" + std::to_string(i) + "}\n";
  }
  return text;
}

constexpr char kDevice[] =
    "devices: [{deviceId: d-1, owners: [root, anm], sshKeys: "
    "['SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']}]\n";

TEST("users and owners of the directory file that are no accounts are named") {
  fails_at = 0;
  const auto names = unresolved_records(
      std::string(
          "users: [{account: bob}, {account: root}, {account: ROOT}]\n") +
      kDevice);
  assert_int_equal(names.size(), 3);
  assert_says(names[0], "directory_file: users: write \"ROOT\" as \"root\"");
  assert_says(names[1], "directory_file: users: there is no account \"bob\"");
  assert_says(names[2],
              "directory_file: owners of device \"d-1\": there is no account "
              "\"anm\"");
}

TEST("a name that stands in many records is looked up and told once") {
  fails_at = 0;
  const auto names =
      unresolved_records(std::string("users: [{account: anm}]\n") + kDevice);
  assert_int_equal(lookups, 2);
  assert_int_equal(names.size(), 1);
}

TEST("twenty of the accounts that do not exist are named, the rest counted") {
  fails_at = 0;
  const auto names = unresolved_records(strangers(57));
  assert_int_equal(names.size(), 21);
  assert_says(names[20], "37 more of its accounts");
}

TEST("a thousand accounts of the directory file are looked up, no more") {
  fails_at = 0;
  assert_int_equal(unresolved_records(strangers(1000)).size(), 21);
  const auto names = unresolved_records(strangers(1001));
  assert_int_equal(lookups, 1000);
  assert_int_equal(names.size(), 22);
  assert_says(names[21], "1000 of its 1001 accounts were looked up");
}

TEST("in an outage the first account tells, and no other is looked up") {
  fails_at = 3;
  const auto names = unresolved_records(strangers(100));
  assert_int_equal(lookups, 3);
  assert_int_equal(names.size(), 3);
  assert_says(names[2], "not checked any further");
}

}  // namespace
}  // namespace mfa
