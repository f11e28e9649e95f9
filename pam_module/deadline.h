// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <chrono>

namespace mfa::pam {

// A moment on the monotonic clock by which something must be done.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  using Milliseconds = std::chrono::milliseconds;

  static Deadline in(Milliseconds span) {
    return Deadline(Clock::now() + span);
  }

  // The earlier of this moment and `span` from now.
  Deadline or_in(Milliseconds span) const {
    return Deadline(std::min(moment_, Clock::now() + span));
  }

  // Rounded up, so that waiting this long reaches the moment; never negative.
  Milliseconds left() const {
    const auto left = std::chrono::ceil<Milliseconds>(moment_ - Clock::now());
    return std::max(left, Milliseconds::zero());
  }
  bool has_passed() const { return left() == Milliseconds::zero(); }

 private:
  explicit Deadline(Clock::time_point moment) : moment_(moment) {}
  Clock::time_point moment_;
};

}  // namespace mfa::pam
