// SPDX-License-Identifier: BSD-3-Clause
//
// One module's connection: datagrams in and out, each wait with a deadline.
// Any breach of the protocol ends the connection.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <memory>

#include "agent/base/unique_fd.h"
#include "wire/message.h"

namespace mfa {

using Deadline = std::chrono::steady_clock::time_point;

class WireConnection : public std::enable_shared_from_this<WireConnection> {
 public:
  WireConnection(const asio::any_io_executor& executor, UniqueFd fd);

  enum class Status { message, closed, malformed, timed_out, stopping };
  struct Received {
    Status status = Status::closed;
    wire::Message message = wire::Cancel{};
    const char* error = nullptr;  // with `malformed`
  };
  asio::awaitable<Received> receive(Deadline deadline);

  // False when the peer is gone or does not read.
  bool send(const wire::Message& message);

  // Ends the wait in `receive` and every later one with `stopping`.
  void stop();
  // The same with `closed`: somebody else needs the place.
  void drop();

  int fd() { return descriptor_.native_handle(); }

 private:
  // nullopt: nothing is there yet.
  std::optional<Received> take_datagram();
  void arm(Deadline deadline);

  asio::posix::stream_descriptor descriptor_;
  asio::steady_timer timer_;
  std::uint64_t wait_ = 0;  // which wait the timer belongs to
  bool timed_out_ = false;
  bool stopping_ = false;
  bool dropped_ = false;
};

}  // namespace mfa
