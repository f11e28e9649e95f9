// SPDX-License-Identifier: BSD-3-Clause
//
// How much the store keeps and takes at once. What an outsider can make grow
// has its bound here.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace mfa {

// Waiting operations. More than a whole second's work of the disk; whoever
// comes later is told at once instead of waiting past every deadline.
inline constexpr std::size_t kMaxQueuedOperations = 16384;

// Operations that share a commit: long enough that the disk's sync does not
// limit throughput, short enough that nobody waits noticeably for the others.
inline constexpr std::size_t kMaxBatch = 512;

// A person's devices; each one is tried against a code, so more of them make
// guessing easier.
inline constexpr std::size_t kMaxMethodsPerPerson = 16;
inline constexpr std::size_t kMaxLabelBytes = 64;
// Of the 32 characters of an id; a shorter beginning removes no method, for
// it may be a slip of the hand and yet fit.
inline constexpr std::size_t kMinMethodIdPrefix = 8;

// A method that was never proved by a code is dropped after this.
inline constexpr std::chrono::minutes kPendingLifetime{10};

// Places a person has signed in from; the oldest is forgotten first.
inline constexpr int kMaxFamiliarSources = 64;
// How stale the note "last success from here" may be: most sign-ins come from
// where the last one came, and need not write it again.
inline constexpr std::chrono::hours kFamiliarRefresh{1};

// Sign-ins of one person whose second factor is remembered; the oldest are
// asked again first. Each policy change and each boot begins new ones.
inline constexpr int kMaxRememberedPerPerson = 64;
// The longest sign-in frequency that Graph takes; nothing older can count.
inline constexpr std::chrono::hours kRememberedLifetime{24 * 365};
// One part of what binds it: the longest is a PAM item.
inline constexpr std::size_t kMaxRememberedBytes = 1024;

// Terms of use that one person has accepted. A tenant has at most 40 in force;
// beyond this the oldest are asked again.
inline constexpr std::size_t kMaxTermsPerPerson = 64;
inline constexpr std::size_t kMaxAcceptedTermsBytes = 128;  // id or version

// The stamp of a user risk that was remediated.
inline constexpr std::size_t kMaxRiskStampBytes = 128;

// Reports for the central directory, while it cannot be reached: far more
// people than are at risk and sign in on one host. The oldest are kept.
inline constexpr std::size_t kMaxDirectoryReports = 1024;
// As the directory calls a person.
inline constexpr std::size_t kMaxDirectoryIdBytes = 512;

// A name as somebody typed it (LOGIN_NAME_MAX), and a Source::key.
inline constexpr std::size_t kMaxPersonBytes = 256;
inline constexpr std::size_t kMaxSourceBytes = 64;

// Counters of person and source. Names and addresses can be invented, so
// the table is cut back to this every kThrottleTrimEvery operations.
inline constexpr std::int64_t kMaxThrottles = 65536;
inline constexpr std::size_t kThrottleTrimEvery = 1024;
// More than is added between two trims, so the table does shrink.
inline constexpr std::size_t kMaxThrottlesDropped = 4096;

// Records a log query may return; one is about 1 KiB in memory.
inline constexpr unsigned kMaxRecordsPerQuery = 10000;
inline constexpr std::size_t kMinIdPrefix = 8;
inline constexpr int kMaxRecordsPerPrefix = 10;

// Records dropped by one batch beyond what it adds: the log shrinks steadily
// and no sign-in waits for it.
inline constexpr std::int64_t kTrimRecordsPerBatch = 64;

// Up to here the whole database is checked at every start (measured: 64 MiB
// take about 0.1 s); above, only the tables that every start needs. Each page
// is still checked when it is read.
inline constexpr std::int64_t kMaxFullCheckBytes = 64 << 20;

// Memory for pages, in KiB. Flat in the number of people.
inline constexpr int kPageCacheKib = 2048;

// Pages of 4 KiB in the log before they are copied into the database. A page
// that changes with every sign-in is then copied once for many of them; 16 MiB
// are read back in well under a second at the next start.
inline constexpr int kCheckpointPages = 4000;

}  // namespace mfa
