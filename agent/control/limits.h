// SPDX-License-Identifier: BSD-3-Clause
//
// What one control connection, one account and all of them together may use.
#pragma once

#include <chrono>
#include <cstddef>

namespace mfa::control {

// A request is a few hundred bytes; a longer one ends the connection.
inline constexpr std::size_t kMaxMessage = 65536;

// Requests are objects in an object; replies are never parsed here.
inline constexpr std::size_t kMaxDepth = 8;

// Connections of everybody, of all but root (so that root always finds a
// seat), and of one account that is not root.
inline constexpr std::size_t kMaxConnections = 64;
inline constexpr std::size_t kMaxOrdinaryConnections = 48;
inline constexpr std::size_t kMaxConnectionsPerUid = 8;

// Each one polls the store; a screen or two per administrator.
inline constexpr std::size_t kMaxFollowers = 16;

// Refusals of one account are logged once in this time, and of so many
// accounts at most.
inline constexpr auto kRefusalLogInterval = std::chrono::minutes(1);
inline constexpr std::size_t kMaxRefusalsLogged = 64;

// Longest text parameter that is not a name: a label, an id, a code.
inline constexpr std::size_t kMaxText = 256;

// Sign-ins of one call, and in one reply (about 2 KiB each).
inline constexpr unsigned kMaxSignIns = 1000;
inline constexpr unsigned kDefaultSignIns = 100;
inline constexpr std::size_t kSignInsPerReply = 50;

// Records that PolicyImpact reads at once: a few milliseconds of the store's
// thread; and how often it tells a waiting caller how far it is.
inline constexpr unsigned kImpactBatch = 500;
inline constexpr std::size_t kBatchesPerProgress = 20;

// Times, as values so that a test need not wait for them.
struct Times {
  // From one request to the end of the next, however slowly it arrives; and
  // until a reply has been taken.
  std::chrono::milliseconds idle = std::chrono::seconds(60);
  // How often a follower looks for new records.
  std::chrono::milliseconds poll{500};
  // How long a follower waits for the account phase before it shows a sign-in
  // as unconfirmed: PAM calls it at once, a person cannot delay it.
  std::chrono::milliseconds settle = std::chrono::seconds(5);
};

}  // namespace mfa::control
