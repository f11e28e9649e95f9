// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/acceptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

#include "agent/base/log.h"
#include "agent/server/limits.h"

namespace mfa {
namespace {

UniqueFd spare_descriptor() {
  return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

}  // namespace

Acceptor::Acceptor(asio::any_io_executor executor, int type,
                   std::function<void(UniqueFd)> welcome)
    : type_(type),
      welcome_(std::move(welcome)),
      watched_(executor),
      spare_(spare_descriptor()) {}

Result<> Acceptor::open(UniqueFd given, const std::string& path) {
  path_ = path;
  if (given) return watch(ListeningSocket::adopt(std::move(given)));
  auto bound = ListeningSocket::bind(path, type_);
  if (!bound) return tl::unexpected(bound.error());
  return watch(std::move(*bound));
}

Result<> Acceptor::watch(ListeningSocket socket) {
  const int duplicate = fcntl(socket.fd(), F_DUPFD_CLOEXEC, 3);
  if (duplicate < 0) {
    return error(ErrorKind::unavailable,
                 fmt::format("cannot watch {}: {}", path_, strerror(errno)));
  }
  socket_ = std::move(socket);
  asio::error_code ignored;
  watched_.close(ignored);  // wakes run(), which goes on with the new one
  watched_.assign(duplicate);
  watched_.non_blocking(true, ignored);
  return {};
}

asio::awaitable<void> Acceptor::run() {
  while (!stopped_) {
    asio::error_code failure;
    co_await watched_.async_wait(
        asio::posix::stream_descriptor::wait_read,
        asio::redirect_error(asio::use_awaitable, failure));
    if (stopped_ || failure || accept_some()) continue;
    asio::steady_timer pause(watched_.get_executor(), kAcceptPause);
    co_await pause.async_wait(
        asio::redirect_error(asio::use_awaitable, failure));
  }
}

// A connection that cannot be served (no memory) must not end accepting.
void Acceptor::welcome(UniqueFd fd) {
  try {
    welcome_(std::move(fd));
  } catch (const std::exception& e) {
    log::write(
        log::Level::critical,
        fmt::format("a connection on {} was given up: {}", path_, e.what()));
  }
}

// Only a batch: whoever keeps connecting must not keep the connections that
// are there from being served. The rest is taken at the next wait, which
// returns at once while somebody is waiting.
bool Acceptor::accept_some() {
  for (int accepted = 0; accepted < kAcceptBatch;) {
    UniqueFd fd(
        accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (fd) {
      welcome(std::move(fd));
      ++accepted;
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno == EAGAIN) return true;
    log::write(log::Level::critical,
               fmt::format("cannot accept on {}: {}; raise LimitNOFILE=", path_,
                           strerror(errno)));
    // With the spare one the caller can at least be told by a closed
    // connection instead of being left to wait (hostile input 50).
    spare_.reset();
    UniqueFd(accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC)).reset();
    spare_ = spare_descriptor();
    return false;
  }
  return true;
}

void Acceptor::mend() {
  if (stopped_ || socket_.is_reachable()) return;
  log::write(log::Level::warning,
             path_ + " was removed or replaced; making it anew");
  const auto opened = open(UniqueFd(), path_);
  if (!opened) log::write(log::Level::error, opened.error().what);
}

void Acceptor::stop() {
  stopped_ = true;
  socket_.remove();
  asio::error_code ignored;
  watched_.cancel(ignored);
}

}  // namespace mfa
