// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/wire_connection.h"

#include <sys/socket.h>

#include <array>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>
#include <utility>

#include "wire/codec.h"

namespace mfa {
namespace {

// One for all connections: all run on one thread and a datagram is decoded
// before the next is read. 5,000 waiting dialogs would need 320 MiB otherwise.
std::array<std::uint8_t, wire::kMaxDatagram>& datagram_buffer() {
  static std::array<std::uint8_t, wire::kMaxDatagram> buffer;
  return buffer;
}

}  // namespace

WireConnection::WireConnection(const asio::any_io_executor& executor,
                               UniqueFd fd)
    : descriptor_(executor, fd.release()), timer_(executor) {}

asio::awaitable<WireConnection::Received> WireConnection::receive(
    Deadline deadline) {
  // The datagram is often there already.
  if (auto received = take_datagram()) co_return std::move(*received);
  timed_out_ = false;
  arm(deadline);
  while (true) {
    asio::error_code failure;
    co_await descriptor_.async_wait(
        asio::posix::stream_descriptor::wait_read,
        asio::redirect_error(asio::use_awaitable, failure));
    auto received = take_datagram();
    const bool over = timed_out_ || stopping_ || dropped_ || failure;
    if (!received && !over) continue;
    timer_.cancel();
    ++wait_;
    if (received) co_return std::move(*received);
    co_return Received{timed_out_  ? Status::timed_out
                       : stopping_ ? Status::stopping
                                   : Status::closed};
  }
}

void WireConnection::arm(Deadline deadline) {
  timer_.expires_at(deadline);
  timer_.async_wait([self = weak_from_this(), wait = wait_](auto failure) {
    const auto connection = self.lock();
    // A timer that fired just as its wait ended must not end the next one.
    if (failure || !connection || connection->wait_ != wait) return;
    connection->timed_out_ = true;
    connection->descriptor_.cancel();
  });
}

std::optional<WireConnection::Received> WireConnection::take_datagram() {
  if (stopping_) return Received{Status::stopping};
  if (dropped_) return Received{Status::closed};
  auto& buffer = datagram_buffer();
  iovec part{buffer.data(), buffer.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  // Without room for them the kernel discards descriptors that were sent
  // along, and says so (hostile input 40).
  ssize_t size = 0;
  do {
    size = recvmsg(fd(), &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno == EAGAIN) return std::nullopt;
  if (size <= 0) return Received{Status::closed};
  const auto bytes = std::span(buffer).first(static_cast<std::size_t>(size));
  wire::Decoded decoded;
  if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
    decoded.error = "a datagram above its limit, or with descriptors";
  } else {
    decoded = wire::decode(bytes);
  }
  wipe(bytes.data(), bytes.size());
  if (!decoded.message) return Received{Status::malformed, {}, decoded.error};
  return Received{Status::message, std::move(*decoded.message)};
}

bool WireConnection::send(const wire::Message& message) {
  auto bytes = wire::encode(message);
  if (!bytes) return false;
  ssize_t sent = 0;
  do {
    sent =
        ::send(fd(), bytes->data(), bytes->size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  wipe(*bytes);
  return sent >= 0;
}

void WireConnection::stop() {
  stopping_ = true;
  descriptor_.cancel();
}

void WireConnection::drop() {
  dropped_ = true;
  // The place in the kernel's table is needed now, not at the next turn.
  asio::error_code ignored;
  descriptor_.close(ignored);
}

}  // namespace mfa
