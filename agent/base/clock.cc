// SPDX-License-Identifier: BSD-3-Clause
#include "agent/base/clock.h"

#include <fmt/format.h>
#include <time.h>

#include <fstream>

namespace mfa {

SystemClock::SystemClock() {
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot_id_;
}

Now SystemClock::now() const {
  timespec since_boot{};
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  return {std::chrono::time_point_cast<std::chrono::microseconds>(
              std::chrono::system_clock::now()),
          std::chrono::seconds(since_boot.tv_sec) +
              std::chrono::microseconds(since_boot.tv_nsec / 1000),
          boot_id_};
}

std::string to_iso8601(Instant instant) {
  const auto seconds =
      std::chrono::floor<std::chrono::seconds>(instant.time_since_epoch());
  const auto microseconds = instant.time_since_epoch() - seconds;
  const time_t time = seconds.count();
  tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
                     utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec, microseconds.count());
}

}  // namespace mfa
