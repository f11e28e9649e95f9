// SPDX-License-Identifier: BSD-3-Clause
#include "agent/directory/records.h"

#include <algorithm>
#include <fstream>

#include "tests/check.h"

namespace mfa {
namespace {

// Made by ssh-keygen, which calls it what kFingerprint says.
constexpr char kKey[] =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDPkZpD/L3jufzS4"
    "Z8KoznSNXQ+vltingzc7SScoWnJM";
constexpr char kFingerprint[] =
    "SHA256:G7CdWN85im2r04la6Cvu30k7kQVYUFOMjeqPT3/9IUY";
constexpr char kOtherFingerprint[] =
    "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

UserName account(const char* name) { return *UserName::parse(name); }

DirectoryRecords parsed(const std::string& text) {
  auto records = DirectoryRecords::parse(text, "d.yaml");
  if (!records) fail_msg("refused: %s", records.error().what.c_str());
  return std::move(*records);
}

void assert_refused(const std::string& text, const std::string& starts,
                    const std::string& says) {
  const auto records = DirectoryRecords::parse(text, "d.yaml");
  const std::string what = records ? "no error" : records.error().what;
  if (!what.starts_with("d.yaml:" + starts) || what.find(says) == what.npos) {
    fail_msg("expected \"%s %s\", got: %s", starts.c_str(), says.c_str(),
             what.c_str());
  }
}

const UserRecord& alice(const DirectoryRecords& records) {
  const UserRecord* user = records.user(account("alice"));
  assert_non_null(user);
  return *user;
}

// A user with these members beside the account.
std::string alice_with(const std::string& members) {
  return "users: [{account: alice, " + members + "}]\n";
}

// A device with these members beside what it must have.
std::string laptop_with(const std::string& members) {
  return "devices:\n- {deviceId: laptop, owners: [alice], sshKeys: ['" +
         std::string(kFingerprint) + "'], " + members + "}\n";
}

SshKey plain(const std::string& fingerprint) {
  return {"ssh-ed25519", fingerprint, false, std::nullopt};
}

SshKey certificate(const std::string& key_id, const std::string& authority) {
  SshKey key = plain("SHA256:of the certified key");
  key.certificate.emplace();
  key.certificate->key_id = key_id;
  key.certificate->authority = authority;
  return key;
}

const DeviceRecord* device(const DirectoryRecords& records, const char* name,
                           const std::vector<SshKey>& keys) {
  const auto proven = records.proven_devices(account(name), keys);
  return proven.size() == 1 ? proven.front() : nullptr;
}

// --- people ------------------------------------------------------------------

TEST("a file that says nothing knows nobody") {
  const DirectoryRecords records = parsed("{}");
  assert_null(records.user(account("alice")));
  assert_null(device(records, "alice", {plain(kFingerprint)}));
  assert_true(records.groups().empty());
}

TEST("a user is known by the account, and what is not written is unknown") {
  const DirectoryRecords records = parsed(
      "users:\n"
      "- account: alice\n"
      "  id: 15dc174b\n"
      "  userPrincipalName: Alice@contoso.example\n"
      "  isGuest: true\n"
      "  signInRiskLevel: medium\n"
      "- {account: bob}\n");
  assert_string_equal(alice(records).id.c_str(), "15dc174b");
  assert_string_equal(alice(records).principal_name.c_str(),
                      "Alice@contoso.example");
  assert_true(alice(records).is_guest);
  assert_true(alice(records).sign_in_risk == RiskLevel::medium);
  assert_false(alice(records).risk.has_value());
  const UserRecord* bob = records.user(account("bob"));
  assert_non_null(bob);
  assert_true(bob->id.empty() && bob->principal_name.empty());
  assert_false(bob->is_guest || bob->risk || bob->sign_in_risk);
  assert_true(bob->risk_stamp.empty());
  assert_null(records.user(account("Alice")));
}

TEST("riskState decides what riskLevel counts for") {
  const struct {
    const char* members;
    std::optional<RiskLevel> risk;
  } cases[] = {
      {"riskLevel: medium", RiskLevel::medium},
      {"riskLevel: hidden", RiskLevel::hidden},
      {"riskLevel: high, riskState: atRisk", RiskLevel::high},
      {"riskLevel: high, riskState: none", RiskLevel::high},
      {"riskState: none", RiskLevel::none},
      {"riskLevel: high, riskState: confirmedSafe", RiskLevel::none},
      {"riskLevel: high, riskState: remediated", RiskLevel::none},
      {"riskLevel: high, riskState: dismissed", RiskLevel::none},
      {"riskLevel: low, riskState: confirmedCompromised", RiskLevel::high},
      {"riskState: confirmedCompromised", RiskLevel::high},
      {"riskLevel: null", std::nullopt},
  };
  for (const auto& each : cases) {
    if (alice(parsed(alice_with(each.members))).risk != each.risk) {
      fail_msg("%s", each.members);
    }
  }
}

TEST("a risk that changed in any way has another stamp") {
  const std::string stamps[] = {
      alice(parsed(alice_with("riskLevel: low, riskLastUpdatedDateTime: '1'")))
          .risk_stamp,
      alice(parsed(alice_with("riskLevel: high, riskState: atRisk, "
                              "riskLastUpdatedDateTime: '1'")))
          .risk_stamp,
      alice(parsed(alice_with("riskLevel: high, riskLastUpdatedDateTime: '1'")))
          .risk_stamp,
      alice(parsed(alice_with("riskLevel: high, riskLastUpdatedDateTime: '2'")))
          .risk_stamp,
  };
  for (const std::string& one : stamps) {
    assert_false(one.empty());
    assert_int_equal(std::count(std::begin(stamps), std::end(stamps), one), 1);
  }
}

TEST("a risk without a time has no stamp: it cannot be told from a later one") {
  assert_true(alice(parsed(alice_with("riskLevel: high"))).risk_stamp.empty());
  assert_true(alice(parsed(alice_with("isGuest: true"))).risk_stamp.empty());
}

TEST("a user without an account, or with one that cannot be, is refused") {
  assert_refused("users: [{id: x}]", "1:9:", "users.account is missing; ");
  assert_refused("users:\n- account: 'a b'\n",
                 "2:12:", "cannot be the name of an account");
  assert_refused("users: {account: alice}", "1:8:", "users is a map");
}

TEST("an account, an id or a userPrincipalName stands in the file once") {
  const std::string once =
      "users:\n- {account: alice, id: X, userPrincipalName: a@B.example}\n";
  assert_refused(once + "- {account: alice}\n",
                 "3:13:", "\"alice\" stands here a second time");
  assert_refused(once + "- {account: bob, id: X}\n", "3:22:", "\"X\" stands");
  assert_refused(once + "- {account: bob, userPrincipalName: A@b.example}\n",
                 "3:37:", "\"A@b.example\" stands");
  parsed(once + "- {account: bob, id: x}\n- {account: carol}\n");
}

TEST("risk is written as Graph writes it, and says how much") {
  assert_refused(alice_with("riskLevel: High"),
                 "1:37:", "did you mean \"high\"?");
  assert_refused(alice_with("riskState: dissmissed"),
                 "1:37:", "did you mean \"dismissed\"?");
  for (const char* level : {"", ", riskLevel: none"}) {
    assert_refused(alice_with(std::string("riskState: atRisk") + level),
                   "1:37:", "write `riskLevel: low`, medium or high");
  }
  parsed(alice_with("riskLastUpdatedDateTime: '" +
                    std::string(kMaxRiskTimeBytes, '1') + "'"));
  assert_refused(alice_with("riskLastUpdatedDateTime: '" +
                            std::string(kMaxRiskTimeBytes + 1, '1') + "'"),
                 "1:51:", "longer than 64 bytes");
}

TEST("an unknown key is refused with what was meant; annotations are not") {
  assert_refused(alice_with("riskLevl: low"),
                 "1:26:", "did you mean \"riskLevel\"?");
  assert_refused("user: []\n", "1:1:", "did you mean \"users\"?");
  assert_refused(laptop_with("iscompliant: true"),
                 "2:", "did you mean \"isCompliant\"?");
  parsed(alice_with("'@odata.type': '#microsoft.graph.riskyUser'"));
  parsed(laptop_with("'owners@odata.context': [1]"));
}

TEST("hostile input: aliases and duplicate keys are refused") {
  assert_refused("users: &a [{account: alice}]\n", "1:", "not allowed");
  assert_refused("users: []\nusers: []\n", "2:1:", "second time");
}

// --- groups ------------------------------------------------------------------

TEST("a policy's group is a group of this machine") {
  const DirectoryRecords records =
      parsed("groups: [{id: 2e5807ce, group: admins}]\n");
  assert_int_equal(records.groups().size(), 1);
  assert_string_equal(records.groups()[0].written.c_str(), "2e5807ce");
  assert_string_equal(records.groups()[0].group.c_str(), "admins");
}

TEST("a group without either name, or one that stands twice, is refused") {
  assert_refused("groups: [{id: x}]\n", "1:10:", "groups.group is missing");
  assert_refused("groups: [{group: x}]\n", "1:10:", "groups.id is missing");
  assert_refused("groups: [{id: x, group: a}, {id: x, group: b}]\n",
                 "1:34:", "\"x\" stands here a second time");
  assert_refused("groups: [{id: x, group: 'a:b'}]\n",
                 "1:25:", "cannot be the name of a group");
}

// --- devices -----------------------------------------------------------------

TEST("every attribute of a device is read by Graph's name") {
  std::string text = "deviceId: id\nowners: [alice]\nsshKeys: ['" +
                     std::string(kFingerprint) + "']\n";
  for (const DeviceAttribute& each : device_attributes()) {
    if (each.name == "deviceId" || each.name == "devicePhysicalIds") continue;
    const std::string name(each.name);
    text += name + ": ";
    if (each.kind == DeviceAttribute::Kind::truth) {
      text += "true\n";
    } else if (each.kind == DeviceAttribute::Kind::list) {
      text += "[a, of " + name + "]\n";
    } else {
      text += name == "trustType" ? "ServerAD\n" : "of " + name + "\n";
    }
  }
  text.insert(text.size(), "platform: macOS\n");
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n' && at + 1 < text.size()) text.insert(at + 1, "  ");
  }
  const DirectoryRecords records = parsed("devices:\n- " + text);
  const DeviceRecord* found = device(records, "alice", {plain(kFingerprint)});
  assert_non_null(found);
  assert_true(found->platform == DevicePlatform::macos);
  assert_true(found->device.is_compliant == true);
  for (const DeviceAttribute& each : device_attributes()) {
    const std::string wanted = "of " + std::string(each.name);
    if (each.name == "devicePhysicalIds") continue;
    if (each.kind == DeviceAttribute::Kind::list) {
      assert_true(found->device.list(each.list) ==
                  std::vector<std::string>({"a", wanted}));
    } else if (each.kind == DeviceAttribute::Kind::text &&
               each.name != "deviceId" && each.name != "trustType") {
      assert_true(found->device.text(each.text) == wanted);
    }
  }
  assert_true(found->device.text(DeviceText::device_id) == "id");
  assert_true(found->device.text(DeviceText::trust_type) == "ServerAD");
}

TEST("what is not written of a device is null, also its compliance") {
  const DirectoryRecords records = parsed(laptop_with("model: null"));
  const DeviceRecord* found = device(records, "alice", {plain(kFingerprint)});
  assert_non_null(found);
  assert_false(found->device.is_compliant.has_value());
  assert_false(found->platform.has_value());
  assert_false(found->device.text(DeviceText::model).has_value());
}

TEST("trustType may be spelt as Graph's device does, and means the same") {
  const DirectoryRecords records = parsed(laptop_with("trustType: ServerAd"));
  assert_true(device(records, "alice", {plain(kFingerprint)})
                  ->device.text(DeviceText::trust_type) == "ServerAD");
  assert_refused(laptop_with("trustType: SeverAD"),
                 "2:", "did you mean \"ServerAD\"?");
}

TEST("a device without id, owners or proof is refused") {
  assert_refused("devices: [{owners: [alice]}]",
                 "1:11:", "devices.deviceId is missing");
  assert_refused("devices: [{deviceId: x, sshKeys: []}]",
                 "1:11:", "everybody's device is nobody's");
  assert_refused("devices: [{deviceId: x, owners: []}]",
                 "1:11:", "devices.owners is missing");
  assert_refused("devices: [{deviceId: x, owners: [alice], sshKeys: []}]",
                 "1:11:", "devices.sshKeys is missing");
}

TEST("a deviceId stands in the file once, and a key proves one device") {
  const std::string once = laptop_with("model: a");
  assert_refused(once + "- {deviceId: LAPTOP, owners: [bob], sshKeys: ['" +
                     kOtherFingerprint + "']}\n",
                 "3:14:", "\"LAPTOP\" stands here a second time");
  assert_refused(once + "- {deviceId: x, owners: [bob], sshKeys: ['" +
                     kFingerprint + "']}\n",
                 "3:42:", "a second time");
  // However it is written.
  assert_refused(once + "- {deviceId: x, owners: [bob], sshKeys: ['" + kKey +
                     " comment']}\n",
                 "3:42:", "a second time");
}

TEST("a key is written as a fingerprint or as the line of its file") {
  for (const std::string& written :
       {std::string(kFingerprint), std::string(kKey),
        std::string(kKey) + " alice's key"}) {
    const DirectoryRecords records =
        parsed("devices: [{deviceId: x, owners: [alice], sshKeys: [\"" +
               written + "\"]}]\n");
    assert_non_null(device(records, "alice", {plain(kFingerprint)}));
    assert_null(device(records, "alice", {plain(kOtherFingerprint)}));
  }
  for (const std::string& written :
       {std::string(kFingerprint) + "=", std::string("SHA256:AAAA"),
        std::string("MD5:aa:bb"), std::string("ssh-ed25519 AAAA"),
        std::string("ssh-rsa") + std::string(kKey).substr(11),
        std::string(kKey).substr(12)}) {
    assert_refused("devices: [{deviceId: x, owners: [alice], sshKeys: ['" +
                       written + "']}]\n",
                   "1:52:", "`ssh-keygen -lf KEY.pub`");
  }
}

TEST("a certificate is refused where a key or an authority is asked for") {
  std::ifstream seed("tests/fuzz/corpus/ssh_auth_info/certificate_ed25519");
  std::string publickey, line;
  std::getline(seed >> publickey, line);
  assert_string_equal(publickey.c_str(), "publickey");
  for (const std::string key : {"sshKeys", "sshCertificateAuthorities"}) {
    assert_refused("devices: [{deviceId: x, owners: [alice], " + key + ": ['" +
                       line.substr(1) + "']}]\n",
                   "1:", "is a certificate; write the public key");
  }
}

TEST("a device counts only for its owners") {
  const DirectoryRecords records = parsed(laptop_with("model: a"));
  assert_non_null(device(records, "alice", {plain(kFingerprint)}));
  assert_null(device(records, "bob", {plain(kFingerprint)}));
  assert_null(device(records, "alice", {}));
}

const char kCertified[] =
    "devices:\n"
    "- {deviceId: one, owners: [alice], sshCertificateAuthorities: ['@']}\n"
    "- {deviceId: two, owners: [alice], sshCertificateAuthorities: ['@']}\n";

DirectoryRecords certified() {
  std::string text = kCertified;
  for (auto at = text.find('@'); at != text.npos; at = text.find('@')) {
    text.replace(at, 1, kFingerprint);
  }
  return parsed(text);
}

TEST("a certificate proves the device that its key id names, exactly") {
  const DirectoryRecords records = certified();
  const DeviceRecord* two =
      device(records, "alice", {certificate("two", kFingerprint)});
  assert_non_null(two);
  assert_true(two->device.text(DeviceText::device_id) == "two");
  assert_null(device(records, "alice", {certificate("TWO", kFingerprint)}));
  assert_null(device(records, "alice", {certificate("three", kFingerprint)}));
  assert_null(device(records, "bob", {certificate("two", kFingerprint)}));
}

TEST("a certificate of anybody else, or the authority's key, proves none") {
  const DirectoryRecords records = certified();
  assert_null(
      device(records, "alice", {certificate("two", kOtherFingerprint)}));
  assert_null(device(records, "alice", {plain(kFingerprint)}));
}

TEST("the key of a certificate proves the device it is registered for") {
  const DirectoryRecords records = parsed(laptop_with("model: a"));
  SshKey key = certificate("laptop", kOtherFingerprint);
  assert_null(device(records, "alice", {key}));
  key.fingerprint = kFingerprint;
  assert_non_null(device(records, "alice", {key}));
}

TEST("keys of two devices prove neither, two of one device prove it") {
  const DirectoryRecords records = certified();
  const SshKey one = certificate("one", kFingerprint);
  const SshKey two = certificate("two", kFingerprint);
  assert_null(device(records, "alice", {one, two}));
  assert_non_null(device(records, "alice", {one, one}));
  assert_non_null(device(records, "alice", {one, plain(kOtherFingerprint)}));
}

TEST("a list that is longer than it may be is refused") {
  std::string owners;
  for (std::size_t i = 0; i <= kMaxDeviceListEntries; ++i) {
    owners += "u" + std::to_string(i) + ", ";
  }
  assert_refused("devices: [{deviceId: x, owners: [" + owners + "]}]\n",
                 "1:33:", "more than 100 entries");
}

}  // namespace
}  // namespace mfa
