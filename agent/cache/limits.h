// SPDX-License-Identifier: BSD-3-Clause
//
// How much of a directory the cache takes. Whoever brings more has a fault, or
// wants the disk full: the generation ends.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "agent/base/clock.h"
#include "agent/base/result.h"

namespace mfa {

class DirectoryCache;

// Five times the largest directory that the agent is measured with; about
// 300 bytes of disk each.
inline constexpr std::int64_t kMaxCachedPeople = 5'000'000;
inline constexpr std::int64_t kMaxCachedGroups = 1'000'000;
// About 80 bytes of disk each, so 4 GiB.
inline constexpr std::int64_t kMaxCachedMemberships = 50'000'000;
inline constexpr std::int64_t kMaxCachedRoles = 100'000;
inline constexpr std::int64_t kMaxCachedRisks = 5'000'000;
inline constexpr std::int64_t kMaxCachedDevices = 5'000'000;
// Records and keys that one generation brings. More than all of the above.
inline constexpr std::int64_t kMaxChangesOfGeneration = 100'000'000;

// Memberships that are looked at to count whom one change takes a role from:
// half a second. Beyond, it counts as everybody's.
inline constexpr std::int64_t kMaxRowsOfChange = 1'000'000;

// Of the state directory's file system; below, nothing more is written.
inline constexpr std::uint64_t kMinFreeBytes = 256 << 20;

// The same numbers as a value: a test has smaller ones.
struct CacheLimits {
  std::int64_t people = kMaxCachedPeople;
  std::int64_t groups = kMaxCachedGroups;
  std::int64_t memberships = kMaxCachedMemberships;
  std::int64_t roles = kMaxCachedRoles;
  std::int64_t risks = kMaxCachedRisks;
  std::int64_t devices = kMaxCachedDevices;
  std::int64_t changes = kMaxChangesOfGeneration;
  std::int64_t rows_of_change = kMaxRowsOfChange;
  std::uint64_t free_bytes = kMinFreeBytes;
};

// An id, a name, a source: what the protocol allows.
inline constexpr std::size_t kMaxDirectoryNameBytes = 512;
// Other names of one person or group; a distinguished name and a uid are two.
inline constexpr std::size_t kMaxNamesOfRecord = 64;
// What a connector needs to go on: Graph's delta links have a few thousand.
inline constexpr std::size_t kMaxTokenBytes = 65536;

// Groups of one person, all nesting included, and memberships looked at to
// find them. Active Directory's own limit is 1,015. Whoever has more is
// uncertain in every group, not a member of some. A sign-in at all of these
// limits reads for less than 250 ms.
inline constexpr std::size_t kMaxGroupsOfPerson = 2'000;
inline constexpr std::size_t kMaxMembershipsOfPerson = 20'000;
// By which the person and these groups can be called; each is looked up.
inline constexpr std::size_t kMaxKeysOfPerson = 8'000;
// Role assignments to all of them.
inline constexpr std::size_t kMaxRolesOfPerson = 8'000;
// Of one person; what comes after these is no device of theirs. Entra's
// highest limit is 100 (unlimited aside).
inline constexpr int kMaxDevicesOfPerson = 256;

// Sentences that `status` repeats.
inline constexpr std::size_t kMaxListedRefusals = 20;
inline constexpr int kMaxListedAmbiguous = 20;

// A generation that nobody has touched for so long belongs to a connector that
// is gone; the next one may begin.
inline constexpr std::chrono::minutes kAbandonedAfter{10};

// Changes of one day are judged together: many small steps are a large one.
inline constexpr std::chrono::hours kLossWindow{24};
// An administrator's word about a held change is good for so long,
inline constexpr std::chrono::hours kAcceptanceLasts{24};
// and for a change this much larger: the directory did not stand still.
inline constexpr int kAcceptedGrowthPercent = 10;

// A fact from the future says that a clock was set back. Up to here it is an
// ordinary adjustment; beyond, nobody knows how old the fact is.
inline constexpr std::chrono::minutes kClockSlack{5};

// A connector waits for each answer, so few calls wait at a time; each may
// hold a message of 1 MiB.
inline constexpr std::size_t kMaxWaitingWork = 64;

// Sign-ins that read at the same moment; others wait for a fraction of a
// millisecond.
inline constexpr std::size_t kMaxReaders = 4;

// Memory for pages, in KiB: of the one writer, of a reader (the inner pages of
// the indexes of a million people, so that a sign-in reads a few leaves), and
// while a whole directory is loaded (as much again is used to sort).
inline constexpr int kWriterPagesKib = 2048;
inline constexpr int kReaderPagesKib = 2048;
inline constexpr int kLoadPagesKib = 4096;

// Up to here a file is checked page by page when it is opened; above, each
// page is checked when it is read.
inline constexpr std::uint64_t kMaxCheckedBytes = 64 << 20;

Result<std::unique_ptr<DirectoryCache>> open_directory_cache(
    const std::string& folder, const Clock& clock, const CacheLimits& limits);

}  // namespace mfa
