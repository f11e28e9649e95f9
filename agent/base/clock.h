// SPDX-License-Identifier: BSD-3-Clause
//
// Time is handed in, so that no rule reads a clock and no test sleeps.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mfa {

// Wall clock: microseconds since 1970-01-01 UTC. Codes and logs use it.
using Instant = std::chrono::time_point<std::chrono::system_clock,
                                        std::chrono::microseconds>;

// One reading of every clock a rule may need. Pauses are measured on
// `since_boot`, which nobody can set back, and bridge a reboot by `wall`.
struct Now {
  Instant wall;
  std::chrono::microseconds since_boot{};  // CLOCK_BOOTTIME
  std::string boot_id;                     // /proc/sys/kernel/random/boot_id
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Now now() const = 0;
};

// The real one. Reads the boot id once.
class SystemClock final : public Clock {
 public:
  SystemClock();
  Now now() const override;

 private:
  std::string boot_id_;
};

// "2026-11-21T10:51:09.123456Z", the form of Graph's createdDateTime.
std::string to_iso8601(Instant instant);

// The same back, as Graph writes it: in UTC, whole seconds or up to nine digits
// of a fraction. nullopt: anything else, or no day of the calendar.
std::optional<Instant> parse_iso8601(std::string_view text);

}  // namespace mfa
