// SPDX-License-Identifier: BSD-3-Clause
//
// How much of the agent one peer may use, and why so much.
#pragma once

#include <chrono>
#include <cstddef>

namespace mfa {

using namespace std::chrono_literals;

// Every sign-in through sshd, login or sudo is root's. 8,192 people at their
// prompts at once is far above sshd's MaxStartups on any host.
inline constexpr std::size_t kMaxRootConnections = 8192;
// A screen locker needs one; a thread pool such as Apache's a few more.
inline constexpr std::size_t kMaxUserConnections = 32;
// What an unprivileged account may begin: a screen locker needs a few a day.
inline constexpr double kUserSignInsPerSecond = 10;
inline constexpr double kUserSignInBurst = 100;
// Accepted in one go before everybody else has a turn.
inline constexpr int kAcceptBatch = 64;
// Descriptors kept for the store, the log, NSS modules and the control socket.
inline constexpr std::size_t kReservedDescriptors = 256;

// The module sends BEGIN at once; whoever is silent so long is not one.
inline constexpr std::chrono::milliseconds kBeginDeadline = 2s;
// Bounds of a whole call, whatever the module claims.
inline constexpr std::chrono::milliseconds kMaxCall = 110s;
// The agent ends before the module gives up, so that the verdict arrives.
inline constexpr std::chrono::milliseconds kVerdictMargin = 500ms;

// Sign-ins under way are told to end, and get so long to do it.
inline constexpr std::chrono::milliseconds kStopDeadline = 2s;
// After "too many open files", before the next accept.
inline constexpr std::chrono::milliseconds kAcceptPause = 100ms;
inline constexpr std::chrono::milliseconds kSocketCheckInterval = 1s;
inline constexpr std::chrono::milliseconds kApprovalSweep = 5s;
// Ages are counted in minutes at least.
inline constexpr std::chrono::milliseconds kDirectoryCheckInterval = 10s;
// As often as a failed lookup of groups is tried again.
inline constexpr std::chrono::milliseconds kMembershipCheck = 5s;

}  // namespace mfa
