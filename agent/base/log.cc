// SPDX-License-Identifier: BSD-3-Clause
#include "agent/base/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <string>

namespace mfa::log {
namespace {

constexpr std::size_t kMaxLine = 8192;  // rsyslog's default limit

std::atomic<bool> debug_enabled{false};

std::string one_line(std::string_view line) {
  std::string text(line.substr(0, kMaxLine));
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\r', ' ');
  return text;
}

// syslog(3) blocks when /dev/log is full, so this speaks to it directly.
class SyslogSocket {
 public:
  void send(Level level, std::string_view line) {
    const std::lock_guard lock(mutex_);
    if (!connected() && !connect()) {
      ++lost_;
      return;
    }
    std::string datagram = header(level);
    if (lost_ != 0) datagram += fmt::format("({} lines were lost) ", lost_);
    datagram += line;
    if (::send(fd_, datagram.data(), datagram.size(),
               MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
      lost_ = 0;
      return;
    }
    ++lost_;
    // EAGAIN means full; anything else that the listener is gone.
    if (errno != EAGAIN) close();
  }

 private:
  bool connected() const { return fd_ >= 0; }

  bool connect() {
    fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd_ < 0) return false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, "/dev/log");
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address),
                  sizeof address) == 0) {
      return true;
    }
    close();
    return false;
  }

  void close() {
    ::close(fd_);
    fd_ = -1;
  }

  static std::string header(Level level) {
    const time_t now = time(nullptr);
    tm local{};
    localtime_r(&now, &local);
    return fmt::format("<{}>{:%b %e %H:%M:%S} mfa-agent[{}]: ",
                       LOG_AUTHPRIV | static_cast<int>(level), local, getpid());
  }

  std::mutex mutex_;
  int fd_ = -1;
  unsigned long lost_ = 0;
};

SyslogSocket& syslog_socket() {
  static SyslogSocket socket;
  return socket;
}

void write_stderr(Level level, const std::string& line) {
  const std::string text =
      fmt::format("<{}>{}\n", static_cast<int>(level), line);
  // A full pipe would block, and a lost line must not hold a sign-in up.
  pollfd ready{STDERR_FILENO, POLLOUT, 0};
  if (poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) return;
  [[maybe_unused]] const ssize_t written =
      ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

void enable_debug(bool enabled) { debug_enabled = enabled; }

void write(Level level, std::string_view line) {
  if (level == Level::debug && !debug_enabled) return;
  write_stderr(level, one_line(line));
}

void audit(Level level, std::string_view line) {
  const std::string text = one_line(line);
  write_stderr(level, text);
  syslog_socket().send(level, text);
}

}  // namespace mfa::log
