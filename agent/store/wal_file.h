// SPDX-License-Identifier: BSD-3-Clause
//
// SQLite silently ignores a write-ahead log whose header it cannot read, and
// with it every commit in there. We would rather stop.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace mfa {

inline constexpr std::size_t kWalHeaderBytes = 32;

// Whether these first bytes of a log are what SQLite (file format 3007000)
// writes, or what a power cut leaves of a log that held nothing yet.
bool is_wal_header(std::span<const std::uint8_t> start);

}  // namespace mfa
