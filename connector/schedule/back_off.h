// SPDX-License-Identifier: BSD-3-Clause
//
// How long to wait before something is tried again, and how often what works
// is done. A directory that comes back is not met by a thousand hosts in the
// same second: every pause has a random part. Pure.
#pragma once

#include <chrono>

#include "agent/base/random.h"

namespace mfa::connector {

// Pauses double from `first` to `most`.
struct Pauses {
  std::chrono::seconds first;
  std::chrono::seconds most;
};

// A directory: others use it, too, and the last good generation is in force;
// but somebody who was disabled meanwhile is not, until it is asked again.
inline constexpr Pauses kDirectoryPauses{std::chrono::seconds(60),
                                         std::chrono::seconds(300)};
// The agent: a socket of this machine, which costs nothing to try.
inline constexpr Pauses kAgentPauses{std::chrono::seconds(2),
                                     std::chrono::seconds(60)};

// A connection that worked and is gone: most servers are back at once.
inline constexpr std::chrono::milliseconds kLostConnectionLeast{1000};
inline constexpr std::chrono::milliseconds kLostConnectionMost{2000};

// `least` to `most`, both included.
std::chrono::milliseconds random_between(std::chrono::milliseconds least,
                                         std::chrono::milliseconds most,
                                         Random& random);

// `interval` and up to a tenth less: neither hosts that were started together
// stay together, nor does anything come later than was asked for.
std::chrono::milliseconds with_jitter(std::chrono::seconds interval,
                                      Random& random);

class BackOff {
 public:
  BackOff(Pauses pauses, Random& random) : pauses_(pauses), random_(random) {}

  // After a try that failed, n of them before it since it worked last:
  // min(first * 2^n, most), and up to a quarter more.
  std::chrono::milliseconds failed();

  // After something that worked broke off: 1 to 2 s the first time, then as
  // after a failure.
  std::chrono::milliseconds lost();

  // It works, and has for a while.
  void reset();

 private:
  Pauses pauses_;
  Random& random_;
  unsigned failures_ = 0;
  bool was_lost_ = false;
};

}  // namespace mfa::connector
