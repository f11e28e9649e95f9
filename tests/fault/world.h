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

inline constexpr unsigned kOwners = 4000;
inline constexpr unsigned kGuessed = 400;
inline constexpr unsigned kAborted = 200;
inline constexpr unsigned kNewcomers = 3000;

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

// What a test found wrong. Collected first and asserted last: an assertion
// leaves by longjmp, past the destructors that close the state.
using Problems = std::vector<std::string>;
void assert_none(const Problems& problems);

// The person's failures from that source, as the state has them.
unsigned failures_in_state(Store& store, const std::string& user,
                           const std::string& source, Problems& problems);

// A code that no step near now has.
std::string wrong_code(const harness::Enrolled& person,
                       std::mt19937_64& random);

inline constexpr std::int64_t kStepSeconds = 30;
std::int64_t unix_seconds();

}  // namespace mfa::fault
