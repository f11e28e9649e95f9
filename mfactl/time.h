// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/clock.h"

namespace mfa::mfactl {

// "90s", "15m", "1h", "2d", "1w": that long before `now`. Otherwise a date,
// with or without a time: "2026-11-21", "2026-11-21T10:00",
// "2026-11-21 10:00:30", in local time unless "Z" or "+01:00" follows.
// nullopt: none of these.
std::optional<Instant> parse_since(std::string_view text, Instant now);

// The agent's "2026-11-21T10:51:09.123456Z" as "2026-11-21 10:51:09" in local
// time; text of another form comes back as it is.
std::string local_time(const std::string& iso8601);

// "3 d 4 h", "12 min", "50 s": the two largest units.
std::string duration(std::chrono::seconds length);

}  // namespace mfa::mfactl
