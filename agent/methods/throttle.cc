// SPDX-License-Identifier: BSD-3-Clause
#include "agent/methods/throttle.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace mfa {
namespace {

using std::chrono::microseconds;

// Time since the newest failure, by the clock that can be trusted. Never
// negative: a clock that went back has measured nothing.
microseconds since_failure(const Throttle& throttle, const Now& now) {
  const microseconds elapsed =
      throttle.boot_id == now.boot_id
          ? now.since_boot - throttle.failed_at_since_boot
          : now.wall - throttle.failed_at;
  return std::max(elapsed, microseconds::zero());
}

microseconds pause_after(unsigned failures) {
  if (failures < kFailuresBeforePause) return microseconds::zero();
  const std::size_t pause = failures - kFailuresBeforePause;
  return kPauses[std::min(pause, std::size(kPauses) - 1)];
}

unsigned one_more(unsigned count) {
  return count == std::numeric_limits<unsigned>::max() ? count : count + 1;
}

unsigned total_failures(const Method& method) {
  return method.failures + method.failures_unfamiliar;
}

}  // namespace

microseconds pause_left(const Throttle& throttle, const Now& now) {
  return std::max(throttle.pause_length - since_failure(throttle, now),
                  microseconds::zero());
}

Throttle after_failure(const Throttle& throttle, const Now& now) {
  Throttle next;
  next.failures = one_more(throttle.failures);
  next.pause_length = pause_after(next.failures);
  next.failed_at = now.wall;
  next.failed_at_since_boot = now.since_boot;
  next.boot_id = now.boot_id;
  return next;
}

Throttle carried_over(Throttle throttle, const Now& now) {
  if (throttle.boot_id == now.boot_id) return throttle;
  throttle.pause_length = pause_left(throttle, now);
  throttle.failed_at = now.wall;
  throttle.failed_at_since_boot = now.since_boot;
  throttle.boot_id = now.boot_id;
  return throttle;
}

bool is_forgettable(const Throttle& throttle, const Now& now) {
  return since_failure(throttle, now) >=
         throttle.pause_length + microseconds(kThrottleMemory);
}

bool may_try(const Method& method, bool familiar_source) {
  if (method.state != MethodState::active) return false;
  if (total_failures(method) >= kMaxFailures) return false;
  return familiar_source || method.failures_unfamiliar < kMaxUnfamiliarFailures;
}

Method after_failure(Method method, bool familiar_source) {
  unsigned& count =
      familiar_source ? method.failures : method.failures_unfamiliar;
  count = one_more(count);
  if (total_failures(method) >= kMaxFailures) {
    method.state = MethodState::disabled;
  }
  return method;
}

Method after_success(Method method, bool familiar_source, std::int64_t step,
                     Instant now) {
  method.failures = 0;
  if (!familiar_source) method.failures_unfamiliar = 0;
  method.last_accepted_step = std::max(method.last_accepted_step, step);
  method.last_used = now;
  return method;
}

}  // namespace mfa
