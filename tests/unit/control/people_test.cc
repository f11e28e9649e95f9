// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>
#include <unistd.h>

#include <future>

#include "tests/check.h"
#include "tests/unit/control/captured.h"
#include "tests/unit/control/stage.h"

namespace mfa::control {
namespace {

Json user_of(ControlStage& stage, const char* name) {
  const Json reply = stage.call(root(), "ShowUser", {{"user", name}});
  assert_string_equal(error_of(reply).c_str(), "");
  return reply["parameters"]["user"];
}

std::string state_of(const Json& reply) {
  return reply.at("perUserMfaState").get<std::string>();
}

Json require(ControlStage& stage, const char* name, bool required) {
  return stage.call(root(), "RequireMfa",
                    {{"user", name}, {"required", required}});
}

// A sign-in of alice whose second factor is remembered, and whose terms were
// accepted.
void remember_alice(ControlStage& stage, const std::string& fingerprint) {
  Confirmation confirmation;
  confirmation.id =
      stage.log_sign_in("alice", Reason::verified, SignInStatus::unconfirmed);
  confirmation.person = "alice";
  RememberedMfa kept;
  kept.uid = 1000;
  kept.service = "sshd";
  kept.source = "192.0.2.1";
  kept.device = "laptop";
  kept.boot_id = "boot";
  kept.policy_hash = fingerprint;
  kept.methods = "password,softwareOath";
  kept.verified = stage.agent.now();
  confirmation.remember = std::move(kept);
  confirmation.terms = {{"house-rules", "1", stage.agent.now()}};
  std::promise<bool> kept_it;
  stage.agent.store->confirm(
      std::move(confirmation),
      [&](const Result<void>& r) { kept_it.set_value(r.has_value()); });
  assert_true(kept_it.get_future().get());
}

Rules rules_of_today() {
  Config config;
  config.directory_file = "directory.yaml";
  config.terms_of_use = {{"house-rules", "1", "Behave."}};
  Rules rules = stage::rules_of(std::move(config));
  auto records = DirectoryRecords::parse(
      "users: [{account: alice, riskLevel: medium, riskState: atRisk}]",
      "directory.yaml");
  assert_true(records.has_value());
  rules.records = std::move(*records);
  rules.fingerprint = "today";
  return rules;
}

}  // namespace

TEST("an account that is required by hand is enabled, then enforced") {
  ControlStage stage;
  assert_string_equal(state_of(user_of(stage, "bob")).c_str(), "disabled");
  assert_string_equal(
      state_of(require(stage, "bob", true)["parameters"]).c_str(), "enabled");
  stage.agent.enrol("bob", 1001);
  assert_string_equal(state_of(user_of(stage, "bob")).c_str(), "enforced");
  assert_string_equal(
      state_of(require(stage, "bob", false)["parameters"]).c_str(), "disabled");
}

TEST("who is required by hand is asked though no policy asks anybody") {
  ControlStage stage;
  Config config;
  config.security_defaults.enabled = false;
  stage.agent.reload(config);
  stage.agent.enrol("bob", 1001);
  const auto asked = [&] {
    stage::Script script;
    stage.agent.authenticate(stage::ssh_begin("bob"), script);
    return !script.prompts.empty();
  };
  assert_false(asked());
  require(stage, "bob", true);
  assert_true(asked());
  require(stage, "bob", false);
  assert_false(asked());
}

TEST("an account that does not exist cannot be required, only released") {
  ControlStage stage;
  assert_string_equal(error_of(require(stage, "mallory", true)).c_str(),
                      "NotFound");
  require(stage, "bob", true);
  stage.agent.people.people.erase("bob");
  assert_string_equal(state_of(user_of(stage, "bob")).c_str(), "enabled");
  assert_string_equal(error_of(require(stage, "bob", false)).c_str(), "");
}

TEST("what is remembered of a person is shown and can be forgotten") {
  ControlStage stage;
  stage.agent.reload(rules_of_today());
  remember_alice(stage, "today");
  const Json place = user_of(stage, "alice")["remembered"].at(0);
  assert_string_equal(place["service"].get<std::string>().c_str(), "sshd");
  assert_string_equal(place["device"].get<std::string>().c_str(), "laptop");
  assert_true(place["terminal"].is_null());
  assert_true(place["current"].get<bool>());
  const Json reply =
      stage.call(root(), "ForgetRemembered", {{"user", "alice"}})["parameters"];
  assert_int_equal(reply["forgotten"].get<int>(), 1);
  assert_true(user_of(stage, "alice")["remembered"].empty());
}

TEST("what was remembered under other rules or by another uid counts no more") {
  ControlStage stage;
  stage.agent.reload(rules_of_today());
  remember_alice(stage, "yesterday");
  assert_false(user_of(stage, "alice")["remembered"][0]["current"].get<bool>());
  remember_alice(stage, "today");
  stage.agent.people.people.at("alice").uid = 2000;
  // Named: a loop does not keep what it takes a part of.
  const Json places = user_of(stage, "alice")["remembered"];
  for (const Json& place : places) {
    assert_false(place["current"].get<bool>());
  }
}

TEST("a person is shown with groups, risk and accepted terms") {
  ControlStage stage;
  stage.agent.people.people.at("alice").groups = {"admins"};
  stage.agent.reload(rules_of_today());
  remember_alice(stage, "today");
  const Json user = user_of(stage, "alice");
  assert_string_equal(user["groups"][0].get<std::string>().c_str(), "admins");
  assert_string_equal(user["risk"]["userRiskLevel"].get<std::string>().c_str(),
                      "medium");
  assert_string_equal(
      user["acceptedTerms"][0]["version"].get<std::string>().c_str(), "1");
  assert_true(user["acceptedTerms"][0]["current"].get<bool>());
  stage.agent.reload(Config{});
  const Json later = user_of(stage, "alice");
  assert_true(later["risk"]["userRiskLevel"].is_null());
  assert_false(later["acceptedTerms"][0]["current"].get<bool>());
}

TEST("only administrators require or forget, and it is logged") {
  ControlStage stage;
  Captured log(STDERR_FILENO);
  for (const char* method : {"RequireMfa", "ForgetRemembered"}) {
    Json parameters = {{"user", "alice"}};
    if (!strcmp(method, "RequireMfa")) parameters["required"] = false;
    const Json reply = stage.call(somebody(1000), method, parameters);
    assert_string_equal(error_of(reply).c_str(), "PermissionDenied");
  }
  require(stage, "alice", true);
  stage.call(root(), "ForgetRemembered", {{"user", "alice"}});
  const std::string lines = log.text();
  for (const char* part :
       {"change=require_mfa by_uid=0 by_pid=1 user=\"alice\" required=yes",
        "change=forget_remembered by_uid=0 by_pid=1 user=\"alice\" "
        "forgotten=0"}) {
    if (!strstr(lines.c_str(), part)) fail_msg("%s", lines.c_str());
  }
  assert_null(strstr(lines.c_str(), "by_uid=1000"));
}

TEST("status counts policies, locations and records of the rules in force") {
  ControlStage stage;
  Rules rules = rules_of_today();
  for (const auto state : {PolicyState::enabled, PolicyState::report_only,
                           PolicyState::report_only, PolicyState::disabled}) {
    rules.policies.list.emplace_back().state = state;
  }
  stage.agent.reload(std::move(rules));
  const Json configuration =
      stage.call(root(), "Status")["parameters"]["configuration"];
  assert_int_equal(configuration["policies"]["enabled"].get<int>(), 1);
  assert_int_equal(configuration["policies"]["reportOnly"].get<int>(), 2);
  assert_int_equal(configuration["policies"]["disabled"].get<int>(), 1);
  assert_int_equal(configuration["namedLocations"].get<int>(), 0);
  assert_int_equal(configuration["directory"]["people"].get<int>(), 1);
  assert_int_equal(configuration["directory"]["devices"].get<int>(), 0);
  assert_string_equal(configuration["fingerprint"].get<std::string>().c_str(),
                      "today");
}

}  // namespace mfa::control
