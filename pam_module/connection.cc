// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/connection.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>

namespace mfa::pam {
namespace {

Failure failed(Trouble trouble, const char* what) {
  return {trouble, what, errno};
}

// The host may run with 0, 1 or 2 closed and print to them later; the socket
// must not be what it prints to.
int above_standard_streams(int fd) {
  if (fd < 0 || fd > 2) return fd;
  const int higher = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  const int error_number = errno;
  close(fd);
  errno = error_number;
  return higher;
}

// connect() to a full backlog can only be bounded by the send timeout: a
// non-blocking one fails at once and poll() does not wait for it.
bool bound_connect(int fd, Deadline deadline) {
  using std::chrono::microseconds;
  using std::chrono::seconds;
  // Zero would mean for ever.
  const auto left = std::max(deadline.left(), Deadline::Milliseconds(1));
  const auto whole = std::chrono::duration_cast<seconds>(left);
  const timeval span = {whole.count(), microseconds(left - whole).count()};
  return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &span, sizeof span) == 0;
}

sockaddr_un address_of(std::string_view path) {
  sockaddr_un address{};  // arguments.cc: the path fits, with its NUL
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

Failure connect_within(int fd, std::string_view path, Deadline deadline) {
  const sockaddr_un address = address_of(path);
  do {
    if (!bound_connect(fd, deadline)) {
      return failed(Trouble::system, "cannot bound the time to connect");
    }
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address),
                sizeof address) == 0) {
      return {};
    }
  } while (errno == EINTR && !deadline.has_passed());
  return failed(Trouble::unreachable, "cannot connect to the agent");
}

enum class Wait { ready, timed_out, failed };

Wait wait_for(int fd, short events, Deadline deadline) {
  pollfd waiting = {fd, events, 0};
  for (;;) {
    const int left = static_cast<int>(deadline.left().count());
    const int ready = poll(&waiting, 1, left);
    if (ready > 0) return Wait::ready;
    if (ready < 0 && errno != EINTR) return Wait::failed;
    // A signal may come as often as it likes: the deadline stays.
    if (deadline.has_passed()) return Wait::timed_out;
  }
}

Failure wait_to_send(int fd, Deadline deadline) {
  switch (wait_for(fd, POLLOUT, deadline)) {
    case Wait::ready:
      return {};
    case Wait::timed_out:
      return {Trouble::silent, "the agent does not read"};
    case Wait::failed:
      break;
  }
  return failed(Trouble::system, "cannot wait for the agent");
}

Failure wait_to_receive(int fd, Deadline deadline) {
  switch (wait_for(fd, POLLIN, deadline)) {
    case Wait::ready:
      return {};
    case Wait::timed_out:
      return {Trouble::silent, "the agent does not reply"};
    case Wait::failed:
      break;
  }
  return failed(Trouble::system, "cannot wait for the agent");
}

bool is_busy(int error_number) {
  return error_number == EAGAIN || error_number == EINTR;
}

bool has_ended(int error_number) {
  return error_number == EPIPE || error_number == ECONNRESET;
}

Failure send_bytes(int fd, std::span<const std::uint8_t> bytes,
                   Deadline deadline) {
  for (;;) {
    if (const Failure late = wait_to_send(fd, deadline)) return late;
    // An agent that dies now must not kill sshd with SIGPIPE.
    const ssize_t sent =
        ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return {};  // a datagram goes whole or not at all
    if (has_ended(errno)) {
      return failed(Trouble::closed, "the agent closed the connection");
    }
    if (!is_busy(errno)) return failed(Trouble::system, "cannot send");
  }
}

// One datagram into `buffer`, or why not. There is no room for control data:
// the kernel itself then closes descriptors a peer sends, and says so.
struct Datagram {
  std::span<const std::uint8_t> bytes;
  Failure failure;
};
Datagram receive_bytes(int fd, wire::Bytes& buffer, Deadline deadline) {
  iovec part = {buffer.data(), buffer.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  ssize_t size = -1;
  do {
    if (const Failure late = wait_to_receive(fd, deadline)) return {{}, late};
    size = recvmsg(fd, &header, MSG_DONTWAIT);
    // An agent that closed without reading our answer: the kernel says so
    // once, before it hands out the verdict that the agent left.
    if (size < 0 && errno == ECONNRESET) {
      size = recvmsg(fd, &header, MSG_DONTWAIT);
    }
  } while (size < 0 && is_busy(errno));
  if (size < 0 && has_ended(errno)) {
    return {{}, failed(Trouble::closed, "the agent went away")};
  }
  if (size < 0) return {{}, failed(Trouble::system, "cannot receive")};
  if (size == 0) {
    return {{}, {Trouble::closed, "the agent closed the connection"}};
  }
  if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
    return {{}, {Trouble::malformed, "a datagram too long or with extras"}};
  }
  return {std::span(buffer).first(static_cast<std::size_t>(size)), {}};
}

}  // namespace

Connection::~Connection() {
  if (fd_ >= 0) close(fd_);
  wipe(buffer_);  // held the commit token
}

Failure Connection::open(std::string_view path, Deadline deadline) {
  fd_ =
      above_standard_streams(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (fd_ < 0) return failed(Trouble::system, "cannot make a socket");
  return connect_within(fd_, path, deadline.or_in(kConnectTime));
}

std::optional<uid_t> Connection::peer() const {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (getsockopt(fd_, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0 ||
      size != sizeof credentials) {
    return std::nullopt;
  }
  return credentials.uid;
}

Failure Connection::send(const wire::Message& message, Deadline deadline) {
  std::optional<wire::Bytes> bytes = wire::encode(message);
  if (!bytes) return {Trouble::system, "a message outside its limits"};
  const Failure failure = send_bytes(fd_, *bytes, deadline.or_in(kReplyTime));
  wipe(*bytes);
  return failure;
}

Connection::Received Connection::receive(Deadline deadline) {
  buffer_.resize(wire::kMaxDatagram);
  const Datagram datagram =
      receive_bytes(fd_, buffer_, deadline.or_in(kReplyTime));
  if (datagram.failure) return {std::nullopt, datagram.failure};
  wire::Decoded decoded = wire::decode(datagram.bytes);
  if (decoded.message) return {std::move(decoded.message), {}};
  return {std::nullopt, {Trouble::malformed, decoded.error}};
}

}  // namespace mfa::pam
