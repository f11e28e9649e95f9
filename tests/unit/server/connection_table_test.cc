// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/connection_table.h"

#include <sys/socket.h>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <optional>
#include <vector>

#include "tests/check.h"

namespace mfa {
namespace {

constexpr std::uint32_t kRoot = 0;
constexpr std::uint32_t kAlice = 1000;

// Connections whose peers stay silent.
class Peers {
 public:
  std::shared_ptr<WireConnection> connect() {
    int ends[2] = {-1, -1};
    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);
    far_ends_.emplace_back(ends[1]);
    return std::make_shared<WireConnection>(io_.get_executor(),
                                            UniqueFd(ends[0]));
  }
  // How the connection's next wait ends, if it ends now.
  WireConnection::Status status_of(
      const std::shared_ptr<WireConnection>& connection) {
    auto status = WireConnection::Status::message;
    auto wait = [&]() -> asio::awaitable<void> {
      const auto received =
          co_await connection->receive(std::chrono::steady_clock::now());
      status = received.status;
    };
    asio::co_spawn(io_, wait, [](std::exception_ptr) {});
    io_.restart();
    io_.run();
    return status;
  }

 private:
  asio::io_context io_;
  std::vector<UniqueFd> far_ends_;
};

std::shared_ptr<ConnectionTable> table_of(std::size_t root, std::size_t user) {
  return std::make_shared<ConnectionTable>(root, user);
}

TEST("a uid may hold as many connections as its cap and gets places back") {
  Peers peers;
  const auto table = table_of(8, 2);
  std::vector<std::shared_ptr<WireConnection>> connections = {
      peers.connect(), peers.connect(), peers.connect()};
  std::optional<ConnectionTable::Place> first =
      table->enter(kAlice, connections[0]);
  auto second = table->enter(kAlice, connections[1]);
  first->begun();
  second.begun();
  assert_false(static_cast<bool>(table->enter(kAlice, connections[2])));
  first.reset();
  assert_true(static_cast<bool>(table->enter(kAlice, connections[2])));
}

TEST("hostile input 38: who holds sockets silently makes room, oldest first") {
  Peers peers;
  const auto table = table_of(8, 2);
  const auto oldest = peers.connect();
  const auto newer = peers.connect();
  const auto newest = peers.connect();
  auto a = table->enter(kAlice, oldest);
  auto b = table->enter(kAlice, newer);
  auto c = table->enter(kAlice, newest);
  assert_true(static_cast<bool>(c));
  assert_true(peers.status_of(oldest) == WireConnection::Status::closed);
  assert_true(peers.status_of(newer) == WireConnection::Status::timed_out);
}

TEST("a dialog under way is never dropped for a newcomer") {
  Peers peers;
  const auto table = table_of(8, 1);
  const auto busy = peers.connect();
  auto place = table->enter(kAlice, busy);
  place.begun();
  assert_false(static_cast<bool>(table->enter(kAlice, peers.connect())));
  assert_true(peers.status_of(busy) == WireConnection::Status::timed_out);
}

TEST("one account at its cap takes no place from another") {
  Peers peers;
  const auto table = table_of(1, 1);
  const auto mine = peers.connect();
  auto alice = table->enter(kAlice, mine);
  alice.begun();
  assert_true(static_cast<bool>(table->enter(kAlice + 1, peers.connect())));
  assert_true(static_cast<bool>(table->enter(kRoot, peers.connect())));
}

TEST("a flood of a thousand silent connections stays within the cap") {
  Peers peers;
  const auto table = table_of(8, 32);
  std::vector<ConnectionTable::Place> places;
  std::vector<std::shared_ptr<WireConnection>> connections;
  for (int i = 0; i < 1000; ++i) {
    connections.push_back(peers.connect());
    places.push_back(table->enter(kAlice, connections.back()));
    assert_true(static_cast<bool>(places.back()));
  }
  int kept = 0;
  for (const auto& connection : connections) {
    if (peers.status_of(connection) == WireConnection::Status::timed_out) {
      ++kept;
    }
  }
  assert_int_equal(kept, 32);
  places.clear();
  assert_int_equal(table->size(), 0);
}

TEST("stopping tells every connection") {
  Peers peers;
  const auto table = table_of(8, 8);
  const auto connection = peers.connect();
  auto place = table->enter(kRoot, connection);
  place.begun();
  table->stop_all();
  assert_true(peers.status_of(connection) == WireConnection::Status::stopping);
}

}  // namespace
}  // namespace mfa
