// SPDX-License-Identifier: BSD-3-Clause
//
// How often somebody may guess. Pure rules on counters; the store keeps them.
//
// Two limits stand behind one another. A pause belongs to one person at one
// source: whoever guesses from elsewhere does not lock the owner out here.
// The total belongs to the method: after 100 failures in a row it is disabled
// (NIST 800-63B 3.2.2), of which sources where the person never succeeded may
// use up 80, so that a stranger alone can never get it there.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "agent/base/clock.h"
#include "agent/model/method.h"

namespace mfa {

inline constexpr unsigned kFailuresBeforePause = 5;
inline constexpr std::chrono::minutes kPauses[] = {
    std::chrono::minutes(1),  std::chrono::minutes(2),
    std::chrono::minutes(4),  std::chrono::minutes(8),
    std::chrono::minutes(16), std::chrono::minutes(30)};
inline constexpr unsigned kMaxFailures = 100;
inline constexpr unsigned kMaxUnfamiliarFailures = 80;
// A counter without a new failure for so long says nothing any more.
inline constexpr std::chrono::hours kThrottleMemory{24};

// Counter of one person at one source.
struct Throttle {
  unsigned failures = 0;  // since the last right code from this source
  // The pause that began with the newest failure. Zero length: none.
  std::chrono::microseconds pause_length{};
  // The newest failure on both clocks, so that neither setting the wall clock
  // nor a reboot shortens what is counted from it.
  Instant failed_at;
  std::chrono::microseconds failed_at_since_boot{};
  std::string boot_id;
};

// Zero when an attempt may be evaluated now.
std::chrono::microseconds pause_left(const Throttle& throttle, const Now& now);

// After one more wrong code.
Throttle after_failure(const Throttle& throttle, const Now& now);

// A pause that began before a reboot, counted from now on this boot's clock:
// else a wall clock that came up in the past would begin it again each time.
Throttle carried_over(Throttle throttle, const Now& now);

// No pause, and no failure for kThrottleMemory.
bool is_forgettable(const Throttle& throttle, const Now& now);

// Whether a code may be tried against this method from such a source.
bool may_try(const Method& method, bool familiar_source);

// After a wrong code was tried against it; disables it at the limit.
Method after_failure(Method method, bool familiar_source);

// After a right code. Failures of strangers are forgotten only by a success
// from such a source (which makes it familiar): otherwise somebody who knows
// the password would get 80 new guesses after every sign-in of the owner.
Method after_success(Method method, bool familiar_source, std::int64_t step,
                     Instant now);

}  // namespace mfa
