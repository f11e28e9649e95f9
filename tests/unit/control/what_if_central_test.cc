// SPDX-License-Identifier: BSD-3-Clause
//
// What-if about people and devices of the central directory: each answer is
// held against the sign-in that it foretells.
#include <fmt/format.h>

#include "agent/model/ssh_key.h"
#include "tests/check.h"
#include "tests/unit/control/what_if_world.h"

namespace mfa::control {
namespace {

using Standing = CentralRecord::Standing;

constexpr char kOfAdministrators[] = "Administrators";
constexpr char kCompliantDevice[] = "Compliant device on sshd";

std::string fingerprint_of(std::string_view key) {
  const auto space = key.find(' ');
  return SshKey::parse(key.substr(0, space), key.substr(space + 1))
      ->fingerprint;
}

// One policy of the list, enabled, and alice in the central directory.
struct Central : ControlStage {
  explicit Central(const std::string& policy = kOfAdministrators) {
    add_people(*this);
    for (const char* text : policy_texts()) {
      if (std::string_view(text).find(policy) == std::string_view::npos)
        continue;
      agent.reload(rules_with({fmt::format(fmt::runtime(text), "enabled")},
                              false, Knowledge::all));
    }
    CentralRecord record;
    record.standing = Standing::enabled;
    record.id = "a-1";
    record.memberships_are_fresh = record.devices_are_fresh = true;
    alice().central = record;
  }

  Person& alice() { return agent.people.people.at("alice"); }

  void close(Standing standing) {
    alice().central->standing = standing;
    alice().central->detail = "the directory says so";
  }

  // A device of alice's, proved by the key that the file's laptop has, too.
  DirectoryDevice& own(const std::string& id) {
    DirectoryDevice& device = alice().central->devices.emplace_back();
    device.device.text(DeviceText::device_id) = id;
    device.device.is_compliant = true;
    device.enabled = true;
    device.ssh_keys = {fingerprint_of(kLaptopKey)};
    return device;
  }

  // "failure account_disabled [\"mfa\"]"
  std::string foretold(Json question) {
    question["user"] = "alice";
    if (!question.contains("service")) question["service"] = "sshd";
    const Json outcome = answer_of(*this, question)["outcome"];
    return fmt::format("{} {} {}", text_at(outcome, "/result"),
                       text_at(outcome, "/reason"), outcome["askedFor"].dump());
  }

  // Why a sign-in by the laptop's key ended.
  Reason by_key() {
    wire::Begin begin = stage::ssh_begin("alice", false);
    begin.ssh_auth_info = fmt::format("publickey {}\n", kLaptopKey);
    stage::Script script;
    agent.authenticate(begin, script);
    return agent.last_record().reason;
  }
};

Reason account_alone(Central& world) {
  wire::Begin begin = stage::ssh_begin("alice", false);
  begin.phase = wire::Phase::account;
  world.agent.account(begin);
  return world.agent.last_record().reason;
}

TEST("what-if foresees that nobody comes in by a closed account") {
  for (const auto& [standing, reason] :
       {std::pair{Standing::disabled, Reason::account_disabled},
        std::pair{Standing::conflict, Reason::account_conflict}}) {
    Central world;
    assert_string_equal(world.foretold({}).c_str(),
                        "interrupted verified [\"mfa\"]");
    world.close(standing);
    const std::string name(describe(reason).name);
    // The code is asked for all the same: nobody learns that it is closed.
    assert_string_equal(world.foretold({}).c_str(),
                        ("failure " + name + " [\"mfa\"]").c_str());
    assert_string_equal(
        world.foretold({{"accountOnly", true}, {"firstFactor", "public_key"}})
            .c_str(),
        ("failure " + name + " []").c_str());
    assert_true(account_alone(world) == reason);
    const Json outcome =
        answer_of(world, {{"user", "alice"}, {"service", "sshd"}})["outcome"];
    assert_string_equal(text_at(outcome, "/detail").c_str(),
                        "the directory says so");
    assert_int_equal(outcome["errorCode"].get<int>(),
                     describe(reason).error_code);
  }
}

TEST("what-if foresees the code that a closed account is asked for in vain") {
  Central world(kCompliantDevice);
  assert_string_equal(world.foretold({{"service", "sudo"}}).c_str(),
                      "success nothing_required []");
  world.close(Standing::disabled);
  assert_string_equal(world.foretold({{"service", "sudo"}}).c_str(),
                      "failure account_disabled [\"mfa\"]");
  wire::Begin begin = stage::ssh_begin("alice");
  begin.service = "sudo";
  stage::Script script;
  script.answer("123456");
  world.agent.authenticate(begin, script);
  assert_int_equal(script.prompts.size(), 1);
  assert_true(world.agent.last_record().reason == Reason::account_disabled);
}

TEST("what-if takes a device that the central directory alone knows") {
  Central world(kCompliantDevice);
  assert_string_equal(world.foretold({}).c_str(),
                      "failure device_not_compliant []");
  DirectoryDevice& tablet = world.own("tablet");
  const Json question = {{"device", "tablet"}, {"firstFactor", "public_key"}};
  assert_string_equal(world.foretold(question).c_str(),
                      "success controls_held []");
  tablet.device.is_compliant = false;
  assert_string_equal(world.foretold(question).c_str(),
                      "failure device_not_compliant []");
}

TEST("what-if believes of an old device what a sign-in does") {
  Central world(kCompliantDevice);
  world.own("laptop");
  const Json question = {{"device", "LAPTOP"}, {"firstFactor", "public_key"}};
  assert_string_equal(world.foretold(question).c_str(),
                      "success controls_held []");
  assert_true(world.by_key() == Reason::controls_held);
  world.alice().central->devices_are_fresh = false;
  assert_string_equal(world.foretold(question).c_str(),
                      "failure device_not_compliant []");
  assert_true(world.by_key() == Reason::device_not_compliant);
}

TEST("what-if says that a device is disabled, also one that a file has") {
  Central world(kCompliantDevice);
  assert_true(world.by_key() == Reason::controls_held);
  world.own("laptop").enabled = false;
  assert_true(world.by_key() == Reason::device_not_compliant);
  const Json reply = world.call(
      root(), "WhatIf",
      {{"user", "alice"}, {"service", "sshd"}, {"device", "laptop"}});
  assert_string_equal(error_of(reply).c_str(), "Conflict");
  assert_true(text_at(reply, "/parameters/message").find("has disabled") !=
              std::string::npos);
}

}  // namespace
}  // namespace mfa::control
