// SPDX-License-Identifier: BSD-3-Clause
//
// What a directory may ask of us. A server is trusted to name people, not to
// be well: each number ends something that would otherwise be as long as the
// server likes.
#pragma once

#include <chrono>
#include <cstddef>

namespace mfa::connector::ldap {

// The longest id or name that the agent takes; a longer name is hashed.
inline constexpr std::size_t kLongestName = 512;

// One message, so one entry: a group of a million members by names of 90
// bytes. More is a fault of the server, and ends the connection.
inline constexpr long kLongestMessage = 96L << 20;

// Members that one call hands on, far below the agent's message of 1 MiB at
// the longest name.
inline constexpr std::size_t kMembersAtOnce = 1000;

// Five times the largest directory that was measured.
inline constexpr std::size_t kMostEntries = 5'000'000;

// Entries of one page. Active Directory gives 1,000 unless told otherwise.
inline constexpr int kPageSize = 1000;

// Organizational units and their like, which are kept in mind: 10 MB. They
// are a thousandth of a directory's entries.
inline constexpr std::size_t kMostContainers = 50'000;

// Pages of one search, empty ones too: kMostEntries in half-filled pages.
inline constexpr std::size_t kMostPages = 2 * kMostEntries / kPageSize;

// Pieces of one attribute: a million members at Active Directory's 1,500.
inline constexpr std::size_t kMostRanges = 1000;

// Entries whose change is known by id until the generation ends, about 6 MB;
// more is read in full, where nothing has to be kept.
inline constexpr std::size_t kMostChanges = 50'000;

// Values of one person's attributes; somebody in more groups is refused by
// the agent's limits, not by ours.
inline constexpr std::size_t kMostValues = 10'000;

// A cookie travels in the token through the agent's database.
inline constexpr std::size_t kLongestCookie = 4096;

// How many network_timeouts one message may take. A server may think longer
// than a network is silent; one that sends a byte a second ends here.
inline constexpr int kTimeoutsPerMessage = 6;

// One refresh: ten times what a million people take.
inline constexpr std::chrono::minutes kLongestRefresh{60};

// What arrives within this pause of a change is brought in one generation...
inline constexpr std::chrono::milliseconds kQuiet{50};
// ...but no change waits longer than this for those that follow it,
inline constexpr std::chrono::milliseconds kLongestGathering{500};
// and a generation of changes is not larger than this.
inline constexpr std::size_t kMostGathered = 5000;

}  // namespace mfa::connector::ldap
