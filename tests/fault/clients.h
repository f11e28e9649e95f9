// SPDX-License-Identifier: BSD-3-Clause
//
// The load under which the agent is killed. Each client does one thing over
// and over until the agent is gone, and writes into the ledger what it sent
// before it sends and what it was told after it was told.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <vector>

#include "tests/fault/ledger.h"
#include "tests/fault/world.h"

namespace mfa::fault {

// Kills the agent at the worst moment: just after it has acknowledged
// something, which it must have made durable before.
class Trigger {
 public:
  // From now on the next acknowledgement is the last.
  void arm(pid_t agent) { agent_ = agent; }
  // Called by every client as soon as an acknowledgement has come.
  void acknowledged();
  void disarm() { agent_ = 0; }

 private:
  std::atomic<pid_t> agent_ = 0;
};

// Signs owners in with right codes, and sends every code again as soon as
// there is an agent again. Owners `first`, `first + stride`, ... are its own.
class Owner {
 public:
  Owner(const World& world, Ledger& ledger, Trigger& trigger, std::size_t first,
        std::size_t stride);
  void run(const std::atomic<bool>& stop);

 private:
  bool replay_one();  // false: the agent has gone
  bool sign_in_one();
  bool send(std::size_t handle);

  const World& world_;
  Ledger& ledger_;
  Trigger& trigger_;
  std::size_t first_;
  std::size_t stride_;
  std::size_t next_;
  std::vector<std::int64_t> newest_step_;  // sent for each owner
  std::deque<std::size_t> sent_;           // to be sent again after a restart
  std::deque<std::size_t> to_replay_;
};

// Answers wrong codes, from so many sources that no pause begins.
class Guesser {
 public:
  Guesser(const World& world, Ledger& ledger, Trigger& trigger,
          std::uint64_t seed, std::size_t first, std::size_t stride);
  void run(const std::atomic<bool>& stop);

 private:
  bool guess_one();

  const World& world_;
  Ledger& ledger_;
  Trigger& trigger_;
  std::mt19937_64 random_;
  std::size_t first_;
  std::size_t stride_;
  std::size_t next_ = 0;
};

// Enrols one newcomer after another with mfactl.
class Administrator {
 public:
  Administrator(const World& world, Ledger& ledger, Trigger& trigger)
      : world_(world), ledger_(ledger), trigger_(trigger) {}
  void run(const std::atomic<bool>& stop);

 private:
  const World& world_;
  Ledger& ledger_;
  Trigger& trigger_;
  std::size_t next_ = 0;
};

// Whether this person's code is accepted now.
bool signs_in(const World& world, const harness::Enrolled& person);

}  // namespace mfa::fault
