// SPDX-License-Identifier: BSD-3-Clause
#include "connector/schedule/back_off.h"

#include <algorithm>
#include <cstdint>

namespace mfa::connector {
namespace {

using std::chrono::milliseconds;

// 2^20 times any first pause is above any longest one.
constexpr unsigned kMostDoublings = 20;

}  // namespace

milliseconds random_between(milliseconds least, milliseconds most,
                            Random& random) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : random.array<4>()) {
    number = number << 8 | byte;
  }
  // Of 2^32 numbers: the bias of the remainder is far below a millisecond.
  const auto choices = static_cast<std::uint64_t>((most - least).count() + 1);
  return least + milliseconds(number % choices);
}

milliseconds with_jitter(std::chrono::seconds interval, Random& random) {
  const milliseconds whole = interval;
  return random_between(whole - whole / 10, whole, random);
}

milliseconds BackOff::failed() {
  const unsigned doublings = std::min(failures_, kMostDoublings);
  if (failures_ <= kMostDoublings) ++failures_;
  const milliseconds pause =
      std::min<milliseconds>(pauses_.first * (1 << doublings), pauses_.most);
  return random_between(pause, pause + pause / 4, random_);
}

milliseconds BackOff::lost() {
  if (was_lost_ || failures_ != 0) return failed();
  was_lost_ = true;
  return random_between(kLostConnectionLeast, kLostConnectionMost, random_);
}

void BackOff::reset() {
  failures_ = 0;
  was_lost_ = false;
}

}  // namespace mfa::connector
