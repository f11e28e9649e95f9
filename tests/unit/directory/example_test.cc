// SPDX-License-Identifier: BSD-3-Clause
//
// The shipped example of a directory file loads and says what its comments
// say, and so does the one in mfa-directory(5). Runs in the source tree.
#include <fstream>
#include <iterator>

#include "agent/directory/records.h"
#include "tests/check.h"

namespace mfa {
namespace {

constexpr char kExample[] = "conf/directory.example.yaml";
constexpr char kManualPage[] = "man/mfa-directory.5";

std::string content(const char* path) {
  std::ifstream file(path);
  if (!file) fail_msg("%s is missing", path);
  return {std::istreambuf_iterator<char>(file), {}};
}

DirectoryRecords parsed(const std::string& text, const char* file) {
  auto records = DirectoryRecords::parse(text, file);
  if (!records) fail_msg("%s", records.error().what.c_str());
  return std::move(*records);
}

// The laptop's key; its fingerprint stands in both examples.
SshKey key_of_laptop() {
  const auto key = SshKey::parse(
      "ssh-ed25519",
      "AAAAC3NzaC1lZDI1NTE5AAAAIBxWmCjiQeWA20q3Ac/eYdyXSBdvi7BnTj1GWlSxGCLf");
  if (!key) fail_msg("no key");
  return *key;
}

void assert_knows_laptop_of_alice(const DirectoryRecords& records) {
  const std::vector<SshKey> keys = {key_of_laptop()};
  const auto proven = records.proven_devices(*UserName::parse("alice"), keys);
  assert_int_equal(proven.size(), 1);
  const DeviceRecord* device = proven.front();
  assert_true(device->device.is_compliant == true);
  assert_true(device->platform == DevicePlatform::windows);
  assert_true(records.proven_devices(*UserName::parse("bob"), keys).empty());
}

TEST("the example directory file loads and knows its people and devices") {
  const DirectoryRecords records = parsed(content(kExample), kExample);
  const UserRecord* bob = records.user(*UserName::parse("bob"));
  assert_true(bob && bob->risk == RiskLevel::high);
  const UserRecord* visitor = records.user(*UserName::parse("visitor"));
  assert_true(visitor && visitor->is_guest);
  assert_true(visitor->sign_in_risk == RiskLevel::medium);
  assert_int_equal(records.groups().size(), 2);
  assert_knows_laptop_of_alice(records);
}

TEST("the example in mfa-directory(5) loads and knows the same laptop") {
  const std::string page = content(kManualPage);
  const std::string begin = ".Bd -literal -offset indent\n";
  const auto at = page.find(begin) + begin.size();
  const DirectoryRecords records =
      parsed(page.substr(at, page.find(".Ed\n", at) - at), kManualPage);
  assert_knows_laptop_of_alice(records);
  assert_int_equal(records.groups().size(), 1);
}

}  // namespace
}  // namespace mfa
