// SPDX-License-Identifier: BSD-3-Clause
#include "agent/facts/proven_device.h"

#include "tests/check.h"
#include "tests/unit/sign_in/stage.h"

namespace mfa {
namespace {

constexpr char kKey[] = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
constexpr char kOtherKey[] =
    "SHA256:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";
constexpr char kAuthority[] =
    "SHA256:CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC";

SshKey key(const std::string& fingerprint) {
  SshKey made;
  made.algorithm = "ssh-ed25519";
  made.fingerprint = fingerprint;
  return made;
}

SshKey certificate(const std::string& key_id, const std::string& authority) {
  SshKey made = key("SHA256:of the certified key");
  made.certificate.emplace();
  made.certificate->key_id = key_id;
  made.certificate->authority = authority;
  return made;
}

DirectoryDevice device(const std::string& id, std::vector<std::string> keys) {
  DirectoryDevice made;
  made.device.text(DeviceText::device_id) = id;
  made.device.text(DeviceText::trust_type) = "ServerAD";
  made.device.is_compliant = true;
  made.enabled = true;
  made.platform = DevicePlatform::windows;
  made.ssh_keys = std::move(keys);
  return made;
}

struct World {
  World() {
    rules.config.device_certificate_authorities = {kAuthority};
    person.central.emplace();
    person.central->standing = CentralRecord::Standing::enabled;
    person.central->devices_are_fresh = true;
  }

  void own(DirectoryDevice owned) {
    person.central->devices.push_back(std::move(owned));
  }

  void write(const std::string& file) {
    auto parsed = DirectoryRecords::parse(file, "directory.yaml");
    if (!parsed) fail_msg("%s", parsed.error().what.c_str());
    rules.records = std::move(*parsed);
  }

  std::optional<DeviceRecord> proven(const std::vector<SshKey>& keys) const {
    return proven_device(person, keys, rules);
  }
  std::string id(const std::vector<SshKey>& keys) const {
    const auto found = proven(keys);
    return found ? *found->device.text(DeviceText::device_id) : "";
  }

  Rules rules;
  Person person{*UserName::parse("alice"), 1000, {}, {}, {}, {}};
};

std::string written(const std::string& id, const std::string& fingerprint) {
  return "devices: [{deviceId: " + id + ", owners: [alice], sshKeys: ['" +
         fingerprint + "']}]";
}

TEST("a key of the directory's device proves it, as the directory says") {
  World world;
  world.own(device("laptop", {kKey}));
  const auto found = world.proven({key(kKey)});
  assert_true(found->device.is_compliant == true);
  assert_true(found->platform == DevicePlatform::windows);
  assert_string_equal(world.id({key(kOtherKey)}).c_str(), "");
  assert_string_equal(world.id({}).c_str(), "");
}

TEST("a certificate for the deviceId proves a device without keys") {
  World world;
  world.own(device("laptop", {}));
  assert_string_equal(world.id({certificate("laptop", kAuthority)}).c_str(),
                      "laptop");
  assert_string_equal(world.id({certificate("laptop", kOtherKey)}).c_str(), "");
  assert_string_equal(world.id({certificate("desktop", kAuthority)}).c_str(),
                      "");
}

TEST("of a device with keys of its own a certificate proves nothing") {
  World world;
  world.own(device("laptop", {kKey}));
  assert_string_equal(world.id({certificate("laptop", kAuthority)}).c_str(),
                      "");
}

TEST("two devices that are proved are none") {
  World world;
  world.own(device("laptop", {kKey}));
  world.own(device("desktop", {kOtherKey}));
  assert_string_equal(world.id({key(kKey), key(kOtherKey)}).c_str(), "");
  world.own(device("tablet", {kKey}));
  assert_string_equal(world.id({key(kKey)}).c_str(), "");
}

TEST("a device of the directory and another of the file are none") {
  World world;
  world.own(device("laptop", {kKey}));
  world.write(written("desktop", kKey));
  assert_string_equal(world.id({key(kKey)}).c_str(), "");
}

TEST("one device that both know is as the directory says") {
  World world;
  world.own(device("laptop", {kKey}));
  world.write(written("LAPTOP", kKey));
  const auto found = world.proven({key(kKey)});
  assert_true(found.has_value());
  assert_true(found->device.is_compliant == true);
}

TEST("a device of the file is proved where the directory has none") {
  World world;
  world.write(written("desktop", kKey));
  assert_string_equal(world.id({key(kKey)}).c_str(), "desktop");
  world.person.central.reset();
  assert_string_equal(world.id({key(kKey)}).c_str(), "desktop");
}

TEST("a device that the directory has disabled is none, by the file too") {
  World world;
  auto disabled = device("laptop", {kKey});
  disabled.enabled = false;
  world.own(std::move(disabled));
  assert_string_equal(world.id({key(kKey)}).c_str(), "");
  world.write(written("laptop", kKey));
  assert_string_equal(world.id({key(kKey)}).c_str(), "");
}

TEST("a device of long ago is known, but neither compliant nor joined") {
  World world;
  world.own(device("laptop", {kKey}));
  world.person.central->devices_are_fresh = false;
  const auto found = world.proven({key(kKey)});
  assert_false(found->device.is_compliant.has_value());
  assert_false(found->device.text(DeviceText::trust_type).has_value());
}

}  // namespace
}  // namespace mfa
