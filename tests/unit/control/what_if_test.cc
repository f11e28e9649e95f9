// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "tests/check.h"
#include "tests/unit/control/what_if_world.h"

namespace mfa::control {
namespace {

// One policy of the list above, enabled.
ControlStage& with_policy(ControlStage& stage, std::size_t index) {
  add_people(stage);
  stage.agent.reload(
      rules_with({fmt::format(fmt::runtime(policy_texts()[index]), "enabled")},
                 false, Knowledge::all));
  return stage;
}

void assert_error(ControlStage& stage, const Json& question,
                  const char* expected, const char* words) {
  const Json reply = stage.call(root(), "WhatIf", question);
  assert_string_equal(error_of(reply).c_str(), expected);
  const std::string message = text_at(reply, "/parameters/message");
  if (message.find(words) == std::string::npos) fail_msg("%s", message.c_str());
}

}  // namespace

TEST("what-if says which condition of a policy failed first") {
  ControlStage stage;
  with_policy(stage, 8);
  const auto reason = [&](const Json& question) {
    const Json answer = answer_of(stage, question);
    const Json& row = answer["policies"][0];
    return std::string(row["policyApplies"].get<bool>() ? "applies " : "") +
           text_at(row, "/analysisReasons");
  };
  assert_string_equal(reason({{"user", "alice"}, {"service", "sudo"}}).c_str(),
                      "application");
  assert_string_equal(
      reason({{"user", "alice"}, {"service", "sshd"}, {"rhost", "192.0.2.7"}})
          .c_str(),
      "location");
  assert_string_equal(
      reason(
          {{"user", "alice"}, {"service", "sshd"}, {"rhost", "198.51.100.9"}})
          .c_str(),
      "applies notSet");
}

TEST("what is given to what-if takes the place of what is known") {
  ControlStage stage;
  with_policy(stage, 6);
  const auto decision = [&](const Json& question) {
    return text_at(answer_of(stage, question), "/decision/decision");
  };
  Json question = {{"user", "alice"}, {"service", "sshd"}};
  assert_string_equal(decision(question).c_str(), "grant");
  question["signInRiskLevel"] = "high";
  assert_string_equal(decision(question).c_str(), "challenge");
  question["clientAppType"] = "other";
  assert_string_equal(decision(question).c_str(), "deny");
  question["registering"] = true;
  assert_string_equal(decision(question).c_str(), "grant");
  const Json known = answer_of(stage, {{"user", "carol"}, {"service", "sshd"}});
  assert_string_equal(text_at(known, "/facts/signInRiskLevel").c_str(),
                      "medium");
}

TEST("what-if shows the facts that it went by") {
  ControlStage stage;
  with_policy(stage, 0);
  const Json facts = answer_of(stage, {{"user", "alice"},
                                       {"service", "sshd"},
                                       {"rhost", "::ffff:203.0.113.200"},
                                       {"device", "laptop"}})["facts"];
  assert_string_equal(text_at(facts, "/user/id").c_str(), "a-1");
  assert_string_equal(text_at(facts, "/user/groups/0").c_str(), "admins");
  assert_string_equal(text_at(facts, "/user/roles/0").c_str(),
                      "Global Administrator");
  assert_string_equal(text_at(facts, "/ipAddress").c_str(), "203.0.113.200");
  assert_string_equal(text_at(facts, "/namedLocations/0/displayName").c_str(),
                      "Office");
  assert_string_equal(text_at(facts, "/device/displayName").c_str(), "Laptop");
  assert_string_equal(text_at(facts, "/devicePlatform").c_str(), "linux");
  assert_true(facts["registered"].get<bool>());
}

TEST("what-if refuses what no sign-in could have, and says what there is") {
  ControlStage stage;
  with_policy(stage, 0);
  const Json base = {{"user", "alice"}, {"service", "sshd"}};
  const auto with = [&](const char* name, const char* value) {
    Json question = base;
    question[name] = value;
    return question;
  };
  assert_error(stage, with("user", "mallory"), "NotFound", "no account");
  assert_error(stage, with("rhost", "host.example"), "Malformed",
               "no IP address");
  assert_error(stage, with("signInRiskLevel", "severe"), "Malformed",
               "none, low, medium, high");
  assert_error(stage, with("devicePlatform", "beos"), "Malformed", "linux");
  assert_error(stage, with("country", "Sweden"), "Malformed", "two letters");
  assert_error(stage, with("firstFactor", "charm"), "Malformed",
               "security_key");
  assert_error(stage, with("device", "tablet"), "NotFound", "directory_file");
  Json foreign = with("device", "laptop");
  foreign["user"] = "carol";
  assert_error(stage, foreign, "Conflict", "\"alice\", \"bob\", \"erin\"");
  stage.agent.people.silent = true;
  assert_error(stage, base, "Unavailable", "looked up");
}

TEST("nobody but an administrator may ask what would happen to whom") {
  ControlStage stage;
  add_people(stage);
  const Json question = {{"user", "alice"}, {"service", "sshd"}};
  for (const Peer& peer : {somebody(1000), somebody(1001)}) {
    assert_string_equal(error_of(stage.call(peer, "WhatIf", question)).c_str(),
                        "PermissionDenied");
    assert_string_equal(error_of(stage.call(peer, "PolicyImpact")).c_str(),
                        "PermissionDenied");
  }
  assert_string_equal(
      error_of(stage.call(administrator(), "WhatIf", question)).c_str(), "");
}

TEST("what-if foresees that a code will be asked for and none can be right") {
  ControlStage stage;
  with_policy(stage, 0);
  const auto end_of = [&](const Json& question) {
    const Json outcome = answer_of(stage, question)["outcome"];
    return fmt::format("{} {} {}", text_at(outcome, "/result"),
                       text_at(outcome, "/reason"), outcome["askedFor"].dump());
  };
  const Json question = {{"user", "alice"}, {"service", "sshd"}};
  assert_string_equal(end_of(question).c_str(),
                      "interrupted verified [\"mfa\"]");
  stage.agent.people.people.at("alice").uid = 2000;
  assert_string_equal(end_of(question).c_str(),
                      "failure account_changed [\"mfa\"]");
}

TEST("what-if says what comes of an account phase that stands alone") {
  ControlStage stage;
  with_policy(stage, 0);
  const Json outcome = answer_of(stage, {{"user", "alice"},
                                         {"service", "sshd"},
                                         {"firstFactor", "public_key"},
                                         {"accountOnly", true}})["outcome"];
  assert_string_equal(text_at(outcome, "/result").c_str(), "failure");
  assert_string_equal(text_at(outcome, "/reason").c_str(),
                      "second_factor_missing");
  assert_int_equal(outcome["errorCode"].get<int>(), 50076);
}

TEST(
    "what-if takes a key on a FIDO token for a second factor where it is one") {
  ControlStage stage;
  with_policy(stage, 0);
  const auto result = [&](const char* factor) {
    return text_at(answer_of(stage, {{"user", "alice"},
                                     {"service", "sshd"},
                                     {"firstFactor", factor}}),
                   "/outcome/result");
  };
  assert_string_equal(result("public_key").c_str(), "interrupted");
  assert_string_equal(result("security_key").c_str(), "success");
}

TEST("what-if leaves nothing behind in the sign-in log") {
  ControlStage stage;
  add_people(stage);
  answer_of(stage, {{"user", "alice"}, {"service", "sshd"}});
  assert_int_equal(stage.agent.record_count(), 0);
}

}  // namespace mfa::control
