// SPDX-License-Identifier: BSD-3-Clause
//
// What the fault tests share: made-up people, enrolled in the state of one
// agent, and the settings from the environment:
//
//   MFA_BUILD      where the programs are that are tested (build)
//   FAULT_ROUNDS   how often the agent is killed (200)
//   FAULT_SEED     of the randomness; printed, and random when unset
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "agent/store/store.h"
#include "tests/bench/harness/agent.h"
#include "tests/bench/harness/workspace.h"

namespace mfa::fault {

struct World {
  harness::Workspace workspace;
  harness::AgentFiles files;
  std::string agent_program;
  std::string mfactl;
  unsigned rounds = 200;
  std::uint64_t seed = 0;
  // Enrolled: each sign-in needs a person whose code of this step is unspent,
  // so there are many.
  std::vector<harness::Enrolled> owners;    // they answer right codes
  std::vector<harness::Enrolled> guessed;   // wrong codes, agent killed
  std::vector<harness::Enrolled> aborted;   // wrong codes, client killed
  std::vector<harness::Account> newcomers;  // enrolled while the agent dies
};

// Made at the first call. Skips the calling test when this is not root, or
// ends it as failed when the world cannot be made.
World& world();

// An agent of the world, answering; fails the test when it does not.
harness::Agent start_agent();

// Runs `use` on the state while no agent runs; fails the test on an error.
void with_state(const std::function<void(Store&)>& use);

// The result of one operation of the store, for example
// `ask_store<Statistics>([&](auto done) { store.statistics(done); })`.
template <class T, class Start>
Result<T> ask_store(Start start) {
  std::promise<Result<T>> promise;
  start([&promise](Result<T> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

// A code that no step near now has.
std::string wrong_code(const harness::Enrolled& person,
                       std::mt19937_64& random);

inline constexpr std::int64_t kStepSeconds = 30;
std::int64_t unix_seconds();

}  // namespace mfa::fault
