// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/wire_connection.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <vector>

#include "tests/check.h"
#include "wire/codec.h"

namespace mfa {
namespace {

using namespace std::chrono_literals;

std::ptrdiff_t open_descriptors() {
  namespace fs = std::filesystem;
  return std::distance(fs::directory_iterator("/proc/self/fd"), {});
}

// The agent's end as a WireConnection, the module's end as a bare socket.
class Line {
 public:
  Line() {
    int ends[2] = {-1, -1};
    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    connection_ =
        std::make_shared<WireConnection>(io_.get_executor(), UniqueFd(ends[0]));
    module_.reset(ends[1]);
  }

  WireConnection::Received receive(std::chrono::milliseconds wait = 5s) {
    WireConnection::Received result;
    auto work = [&]() -> asio::awaitable<void> {
      result = co_await connection_->receive(std::chrono::steady_clock::now() +
                                             wait);
    };
    asio::co_spawn(io_, work, [](std::exception_ptr) {});
    io_.restart();
    io_.run();
    return result;
  }

  void send_raw(const void* bytes, std::size_t size) {
    assert_int_equal(send(module_.get(), bytes, size, 0),
                     static_cast<ssize_t>(size));
  }

  void send_descriptors(std::size_t count) {
    std::vector<int> descriptors(count, STDERR_FILENO);
    std::vector<char> control(CMSG_SPACE(count * sizeof(int)));
    char byte = 1;
    iovec part{&byte, 1};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* message = CMSG_FIRSTHDR(&header);
    message->cmsg_level = SOL_SOCKET;
    message->cmsg_type = SCM_RIGHTS;
    message->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(message), descriptors.data(), count * sizeof(int));
    assert_int_equal(sendmsg(module_.get(), &header, 0), 1);
  }

  WireConnection& connection() { return *connection_; }
  UniqueFd& module() { return module_; }

 private:
  asio::io_context io_;
  std::shared_ptr<WireConnection> connection_;
  UniqueFd module_;
};

TEST("a datagram arrives as the message that was sent") {
  Line line;
  const auto bytes = wire::encode(wire::Cancel{});
  line.send_raw(bytes->data(), bytes->size());
  const auto received = line.receive();
  assert_true(received.status == WireConnection::Status::message);
  assert_true(std::holds_alternative<wire::Cancel>(received.message));
}

TEST("a peer that hangs up is closed, not an empty message") {
  Line line;
  line.module().reset();
  assert_true(line.receive().status == WireConnection::Status::closed);
}

TEST("hostile input 37: silence ends at the deadline") {
  Line line;
  assert_true(line.receive(1ms).status == WireConnection::Status::timed_out);
}

TEST("a timer of an earlier wait does not end a later one") {
  Line line;
  assert_true(line.receive(1ms).status == WireConnection::Status::timed_out);
  const auto bytes = wire::encode(wire::Cancel{});
  line.send_raw(bytes->data(), bytes->size());
  assert_true(line.receive().status == WireConnection::Status::message);
  assert_true(line.receive(1ms).status == WireConnection::Status::timed_out);
}

TEST("hostile input 31: a datagram above the limit is malformed") {
  Line line;
  const int size = 1 << 20;
  setsockopt(line.module().get(), SOL_SOCKET, SO_SNDBUFFORCE, &size,
             sizeof size);
  setsockopt(line.module().get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  const std::vector<char> bytes(wire::kMaxDatagram + 1, 'x');
  line.send_raw(bytes.data(), bytes.size());
  assert_true(line.receive().status == WireConnection::Status::malformed);
}

TEST("hostile input 30: a datagram of one byte is malformed, with a reason") {
  Line line;
  line.send_raw("\x01", 1);
  const auto received = line.receive();
  assert_true(received.status == WireConnection::Status::malformed);
  assert_non_null(received.error);
}

TEST("hostile input 40: descriptors that are sent along are never kept") {
  Line line;
  const auto before = open_descriptors();
  line.send_descriptors(200);
  assert_true(line.receive().status == WireConnection::Status::malformed);
  assert_int_equal(open_descriptors(), before);
}

TEST("hostile input 39: a message after the peer's death fails quietly") {
  Line line;
  line.module().reset();
  assert_false(line.connection().send(wire::Cancel{}));
}

TEST("a stopped connection says so, whatever has arrived") {
  Line line;
  const auto bytes = wire::encode(wire::Cancel{});
  line.send_raw(bytes->data(), bytes->size());
  line.connection().stop();
  assert_true(line.receive().status == WireConnection::Status::stopping);
}

}  // namespace
}  // namespace mfa
