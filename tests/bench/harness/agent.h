// SPDX-License-Identifier: BSD-3-Clause
//
// A real mfa-agent on directories of its own, and people enrolled into its
// state while it does not run.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/result.h"
#include "tests/bench/harness/account.h"
#include "tests/bench/harness/child.h"

namespace mfa {
class Store;
}

namespace mfa::harness {

struct AgentFiles {
  std::string directory;  // holds run/, state/, agent.yaml and agent.log

  std::string config() const { return directory + "/agent.yaml"; }
  std::string log() const { return directory + "/agent.log"; }
  std::string state() const { return directory + "/state"; }
  std::string runtime() const { return directory + "/run"; }
  std::string socket() const { return runtime() + "/sign-in.sock"; }
};

// Makes the directories and the configuration: everything at its default.
AgentFiles make_agent_files(const std::string& directory);

// Opens the state as the agent would, creating it the first time, and hands
// it to `use`; closed when `use` returns. No agent may run on it.
Result<void> with_store(const AgentFiles& files,
                        const std::function<void(Store&)>& use);

// Binds one confirmed TOTP method to each. Only the first `remembered` seeds
// are read back: a million would be many megabytes.
Result<std::vector<Enrolled>> enroll(const AgentFiles& files,
                                     const std::vector<Account>& accounts,
                                     std::size_t remembered);

class Agent {
 public:
  // Returns when it answers a BEGIN (for `user`, who must be enrolled); an
  // error says what its log said.
  static Result<Agent> start(const std::string& program,
                             const AgentFiles& files, const std::string& user);

  pid_t pid() const { return child_.pid(); }
  // From fork to the first ASK.
  std::chrono::microseconds time_to_serve() const { return time_to_serve_; }
  void kill() { child_.kill(); }
  // SIGTERM; an error when it does not end cleanly.
  Result<void> stop();

 private:
  Agent(Child child, std::chrono::microseconds time)
      : child_(std::move(child)), time_to_serve_(time) {}
  Child child_;
  std::chrono::microseconds time_to_serve_;
};

}  // namespace mfa::harness
