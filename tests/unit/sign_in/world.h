// SPDX-License-Identifier: BSD-3-Clause
//
// An agent under Conditional Access policies, and one person's sign-ins.
#pragma once

#include <chrono>
#include <future>
#include <string>
#include <string_view>
#include <utility>

#include "agent/policy/read_policies.h"
#include "tests/check.h"
#include "tests/unit/sign_in/stage.h"

namespace mfa::stage {

// For everybody everywhere, with these lines below `conditions` and beside it.
inline std::string policy(std::string_view grant,
                          std::string_view conditions = "",
                          std::string_view session = "") {
  return "displayName: P\nstate: enabled\nconditions:\n"
         "  users: {includeUsers: [All]}\n"
         "  applications: {includeApplications: [All]}\n" +
         std::string(conditions) + "grantControls: " + std::string(grant) +
         "\n" + std::string(session);
}

inline constexpr char kMfa[] = "{builtInControls: [mfa]}";
inline Rules rules_with(std::string_view policy_text,
                        std::string_view records = "", Config config = {}) {
  config.security_defaults.enabled = false;
  config.directory_file = records.empty() ? "" : "directory.yaml";
  Rules rules = rules_of(std::move(config));
  auto list = parse_policies(policy_text, "p.yaml", NamedLocations());
  if (!list) fail_msg("%s", list.error().what.c_str());
  rules.policies.list = std::move(*list);
  if (!records.empty()) {
    auto parsed = DirectoryRecords::parse(records, "directory.yaml");
    if (!parsed) fail_msg("%s", parsed.error().what.c_str());
    rules.records = std::move(*parsed);
  }
  rules.fingerprint = std::string(policy_text);
  return rules;
}

// An agent under these rules, with alice enrolled; the clock steps on so that
// each code is new.
struct World {
  explicit World(Rules rules) : seed(agent.enrol("alice", 1000)) {
    agent.people.add("alice", 1000);
    agent.reload(std::move(rules));
  }
  Ending sign_in(const wire::Begin& begin) {
    Script script;
    return sign_in(begin, script);
  }
  Ending sign_in(const wire::Begin& begin, Script& script) {
    agent.clock.pass(std::chrono::seconds(60));
    return agent.authenticate(begin, script);
  }
  Ending with_code(const wire::Begin& begin) {
    agent.clock.pass(std::chrono::seconds(60));
    Script script;
    script.answer(agent.code_now(seed));
    return agent.authenticate(begin, script);
  }
  Ending confirm(wire::Begin begin, const Ending& ending,
                 wire::Phase phase = wire::Phase::account) {
    begin.phase = phase;
    begin.commit_token = ending.commit_token;
    return agent.account(begin);
  }
  void require_mfa() {
    std::promise<bool> done;
    agent.store->set_mfa_required(
        *UserName::parse("alice"), true,
        [&](const Result<void>& result) { done.set_value(!!result); });
    assert_true(done.get_future().get());
  }
  Agent agent;
  Secret seed;
};

inline bool let_in(const Ending& ending) {
  return ending.outcome == wire::Outcome::allow;
}

}  // namespace mfa::stage
