// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/impact.h"

#include <fmt/format.h>

#include <future>

#include "agent/model/graph_names.h"
#include "tests/check.h"
#include "tests/unit/control/stage.h"

namespace mfa::control {
namespace {

constexpr auto kRefused = PolicyResult::report_only_failure;
constexpr auto kAsked = PolicyResult::report_only_interrupted;
constexpr auto kLetIn = PolicyResult::report_only_success;
constexpr auto kNotConcerned = PolicyResult::report_only_not_applied;

SignInRecord record_of(int number, const std::string& user,
                       std::vector<PolicyRow> policies) {
  SignInRecord record;
  record.id = fmt::format("{:08x}-0000-4000-8000-000000000000", number);
  record.user = user;
  record.user_known = true;
  record.application = "sshd";
  record.policies = std::move(policies);
  return record;
}

Policies report_only(std::initializer_list<const char*> names) {
  Policies policies;
  for (const char* name : names) {
    Policy policy;
    policy.display_name = name;
    policy.state = PolicyState::report_only;
    policies.list.push_back(std::move(policy));
  }
  return policies;
}

const Json& named(const Json& policies, const std::string& name) {
  for (const Json& policy : policies) {
    if (policy["displayName"] == name) return policy;
  }
  fail_msg("no %s in %s", name.c_str(), policies.dump().c_str());
  return policies;
}

void assert_sum(const Json& policy, PolicyResult result, int sign_ins,
                int people) {
  const Json& sum = policy[std::string(graph_name(result))];
  assert_int_equal(sum["signIns"].get<int>(), sign_ins);
  assert_int_equal(sum["people"].get<int>(), people);
}

// Written to the log of the stage at the time it has.
void log_record(ControlStage& stage, SignInRecord record) {
  record.created = stage.agent.now();
  std::promise<bool> logged;
  stage.agent.store->finish(
      {std::move(record), false},
      [&](const Result<void>& r) { logged.set_value(r.has_value()); });
  assert_true(logged.get_future().get());
}

}  // namespace

TEST("impact counts sign-ins and people of each result of a policy") {
  Impact impact;
  impact.add(record_of(1, "alice", {{"A", kRefused, {}}, {"B", kAsked, {}}}));
  impact.add(record_of(2, "alice", {{"A", kRefused, {}}, {"B", kLetIn, {}}}));
  impact.add(record_of(3, "bob", {{"A", kNotConcerned, {}}}));
  impact.add(record_of(4, "carol", {{"A", kRefused, {}}}));
  const Json policies = impact.policies_json(report_only({"A", "B"}));
  assert_sum(named(policies, "A"), kRefused, 3, 2);
  assert_sum(named(policies, "A"), kNotConcerned, 1, 1);
  assert_sum(named(policies, "A"), kAsked, 0, 0);
  assert_sum(named(policies, "B"), kAsked, 1, 1);
  assert_sum(named(policies, "B"), kLetIn, 1, 1);
  assert_int_equal(impact.sign_ins(), 4);
  assert_int_equal(impact.people(), 3);
}

TEST("impact leaves out what enabled policies did, and names of nobody") {
  Impact impact;
  impact.add(record_of(1, "alice",
                       {{"Enforced", PolicyResult::failure, {"mfa"}},
                        {"Off", PolicyResult::not_enabled, {}}}));
  SignInRecord unknown = record_of(2, "r00t", {{"A", kRefused, {}}});
  unknown.user_known = false;
  impact.add(unknown);
  assert_true(impact.policies_json({}).empty());
  assert_int_equal(impact.sign_ins(), 1);
}

TEST("impact names the newest five sign-ins of a result") {
  Impact impact;
  for (int i = 1; i <= 7; ++i) {
    impact.add(record_of(i, "alice", {{"A", kRefused, {}}}));
  }
  const Json policies = impact.policies_json(report_only({"A"}));
  const Json& examples = policies[0]["reportOnlyFailure"]["examples"];
  assert_int_equal(examples.size(), kImpactExamples);
  assert_string_equal(examples[0].get<std::string>().substr(0, 8).c_str(),
                      "00000003");
  assert_string_equal(examples[4].get<std::string>().substr(0, 8).c_str(),
                      "00000007");
}

TEST("impact tells a policy of today from one that is gone") {
  Impact impact;
  impact.add(record_of(1, "alice", {{"Gone", kAsked, {}}}));
  const Json policies = impact.policies_json(report_only({"Silent"}));
  assert_true(named(policies, "Gone")["state"].is_null());
  assert_string_equal(
      named(policies, "Silent")["state"].get<std::string>().c_str(),
      "enabledForReportingButNotEnforced");
  assert_sum(named(policies, "Silent"), kRefused, 0, 0);
}

TEST("impact walks through the whole log, and none is counted twice") {
  ControlStage stage;
  const int count = static_cast<int>(kImpactBatch * 2 + 7);
  for (int i = 0; i < count; ++i) {
    // Several at one instant, as in life.
    if (i % 3 == 0) stage.agent.clock.pass(std::chrono::microseconds(1));
    log_record(stage, record_of(i, i % 2 ? "alice" : "bob",
                                {{"A", i % 2 ? kRefused : kAsked, {}}}));
  }
  const Json sums = stage.call(root(), "PolicyImpact")["parameters"];
  assert_int_equal(sums["signIns"].get<int>(), count);
  assert_int_equal(sums["people"].get<int>(), 2);
  assert_sum(named(sums["policies"], "A"), kRefused, count / 2, 1);
  assert_sum(named(sums["policies"], "A"), kAsked, count - count / 2, 1);
}

TEST("impact since a time leaves out what was before, not what was then") {
  ControlStage stage;
  log_record(stage, record_of(1, "alice", {{"A", kRefused, {}}}));
  stage.agent.clock.pass(std::chrono::hours(2));
  const auto since = std::chrono::duration_cast<std::chrono::seconds>(
      stage.agent.now().time_since_epoch());
  log_record(stage, record_of(2, "bob", {{"A", kRefused, {}}}));
  const Json sums = stage.call(root(), "PolicyImpact",
                               {{"since", since.count()}})["parameters"];
  assert_int_equal(sums["signIns"].get<int>(), 1);
  assert_sum(named(sums["policies"], "A"), kRefused, 1, 1);
}

TEST("impact does not follow sign-ins that are dated in the future") {
  ControlStage stage;
  log_record(stage, record_of(1, "alice", {{"A", kRefused, {}}}));
  stage.agent.clock.pass(std::chrono::hours(2));
  log_record(stage, record_of(2, "bob", {{"A", kRefused, {}}}));
  stage.agent.clock.pass(-std::chrono::hours(1));
  const Json sums = stage.call(root(), "PolicyImpact")["parameters"];
  assert_int_equal(sums["signIns"].get<int>(), 1);
}

}  // namespace mfa::control
