// SPDX-License-Identifier: BSD-3-Clause
//
// What one connection, one account and all of them together may use, on
// control.sock and on connector.sock.
#pragma once

#include <chrono>
#include <cstddef>

namespace mfa::control {

// A request is a few hundred bytes; a longer one ends the connection.
inline constexpr std::size_t kMaxMessage = 65536;
// A connector's holds records: enough of them that the way there and back
// costs little, and few enough that they fit into the agent's memory.
inline constexpr std::size_t kMaxConnectorMessage = 1 << 20;

// Requests are objects in an object, a device's attributes three deeper;
// replies are never parsed here.
inline constexpr std::size_t kMaxDepth = 8;
// Of one object: extensionAttributes and the longest call have 15. Members are
// looked for one by one.
inline constexpr std::size_t kMaxMembers = 64;

// A longer message takes milliseconds to parse, which happens on a thread of
// its own: sign-ins do not wait for it.
inline constexpr std::size_t kMaxParsedHere = 16384;

// Connections of everybody, of all but root (so that root always finds a
// seat), and of one account that is not root.
struct Seats {
  std::size_t all = 0;
  std::size_t ordinary = 0;
  std::size_t per_uid = 0;
};
inline constexpr Seats kControlSeats = {64, 48, 8};
// A connector fetches on one and waits for work on another; the next one
// starts before the last one is gone.
inline constexpr Seats kConnectorSeats = {32, 24, 8};

// Each one polls the store; a screen or two per administrator.
inline constexpr std::size_t kMaxFollowers = 16;

// Refusals of one account are logged once in this time, and of so many
// accounts at most.
inline constexpr auto kRefusalLogInterval = std::chrono::minutes(1);
inline constexpr std::size_t kMaxRefusalsLogged = 64;

// What a connector does is logged once in this time, each kind of line: of
// trouble, of refused records, of a mass change. The status has all of it.
inline constexpr auto kConnectorLogInterval = std::chrono::minutes(1);

// Longest text parameter that is not a name: a label, an id, a code.
inline constexpr std::size_t kMaxText = 256;

// The ids of two objects and a few words around them.
inline constexpr std::size_t kMaxConnectorText = 512;
// Graph's deltaLink; it comes back to the connector as it is.
inline constexpr std::size_t kMaxToken = 65536;

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
  // The same on connector.sock, where a directory may take its time between
  // two messages, and Graph tells a client to wait for minutes.
  std::chrono::milliseconds connector_idle = std::chrono::minutes(10);
  // How often a connector that waits for work hears that the agent is there.
  std::chrono::milliseconds work_alive = std::chrono::seconds(60);
  // How often it is looked whether there is work; and when a report that was
  // not done comes again.
  std::chrono::milliseconds work_poll = std::chrono::seconds(5);
  std::chrono::milliseconds work_again = std::chrono::minutes(5);
  // How often a follower looks for new records.
  std::chrono::milliseconds poll{500};
  // How long a follower waits for the account phase before it shows a sign-in
  // as unconfirmed: PAM calls it at once, a person cannot delay it.
  std::chrono::milliseconds settle = std::chrono::seconds(5);
};

}  // namespace mfa::control
