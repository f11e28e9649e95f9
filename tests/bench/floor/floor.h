// SPDX-License-Identifier: BSD-3-Clause
//
// The floor: the least that a sign-in can cost when an agent decides it and
// remembers it durably. A module that only asks for the code, three
// SOCK_SEQPACKET round trips to an agent of one thread, and in the last of
// them one SQLite commit (WAL, synchronous=FULL) that moves one person's last
// step forward. Nothing is verified, nobody is looked up, nothing is logged,
// no message is checked: what a real agent costs above this is its price.
//
// The module stays mapped (-z nodelete) and brings no library along, so that
// nothing but the above is measured.
#pragma once

#include <array>
#include <cstddef>

namespace mfa::bench {

inline constexpr int kFloorRoundTrips = 3;

// What travels, both ways: about as large as an ANSWER.
struct FloorMessage {
  int round = 0;  // 1 to kFloorRoundTrips
  std::array<char, 60> user{};
};

}  // namespace mfa::bench
