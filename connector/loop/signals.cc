// SPDX-License-Identifier: BSD-3-Clause
#include "connector/loop/signals.h"

#include <errno.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <climits>
#include <utility>

namespace mfa::connector {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// Twice in the watchdog's time, as sd_watchdog_enabled(3) advises.
constexpr int kTellsPerWatchdog = 2;

constexpr int kMaxEvents = 4;  // three descriptors are watched

tl::unexpected<Error> cannot(const char* what) {
  return error(ErrorKind::unavailable,
               fmt::format("cannot {}: {}", what, strerror(errno)));
}

UniqueFd hangup_signals() {
  sigset_t hangup;
  sigemptyset(&hangup);
  sigaddset(&hangup, SIGHUP);
  sigprocmask(SIG_BLOCK, &hangup, nullptr);
  return UniqueFd(signalfd(-1, &hangup, SFD_CLOEXEC | SFD_NONBLOCK));
}

// A zero interval makes a timer that never ends.
UniqueFd timer(microseconds interval) {
  UniqueFd fd(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  const auto whole = std::chrono::floor<std::chrono::seconds>(interval);
  const timespec every{whole.count(), (interval - whole).count() * 1000};
  const itimerspec times{every, every};
  if (fd) timerfd_settime(fd.get(), 0, &times, nullptr);
  return fd;
}

// True: something was there.
template <class Event>
bool drain(int fd) {
  Event event;
  bool found = false;
  while (::read(fd, &event, sizeof event) > 0) found = true;
  return found;
}

}  // namespace

Result<Signals> Signals::open(Notify notify, microseconds watchdog) {
  Signals signals(std::move(notify), watchdog);
  signals.all_ = UniqueFd(epoll_create1(EPOLL_CLOEXEC));
  signals.hangup_ = hangup_signals();
  signals.tick_ = timer(watchdog / kTellsPerWatchdog);
  if (!signals.all_ || !signals.hangup_ || !signals.tick_) {
    return cannot("wait for signals");
  }
  for (const int fd : {signals.hangup_.get(), signals.tick_.get()}) {
    if (auto ok = signals.add(fd); !ok) return tl::unexpected(ok.error());
  }
  return signals;
}

Result<> Signals::add(int fd) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP;
  event.data.fd = fd;
  if (epoll_ctl(all_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    return cannot("watch a descriptor");
  }
  return {};
}

// A descriptor that was closed has left the set by itself, and its number may
// have come back for another connection.
void Signals::watch_work(int fd) {
  if (work_ >= 0) epoll_ctl(all_.get(), EPOLL_CTL_DEL, work_, nullptr);
  work_ = fd;
  if (fd >= 0) (void)add(fd);
}

Surroundings::Happened Signals::wait(milliseconds timeout) {
  epoll_event events[kMaxEvents];
  const auto time = std::clamp<milliseconds::rep>(timeout.count(), 0, INT_MAX);
  const int count =
      epoll_wait(all_.get(), events, kMaxEvents, static_cast<int>(time));
  Happened happened;
  for (int i = 0; i < count; ++i) {
    const int fd = events[i].data.fd;
    if (fd == hangup_.get()) happened.reload = drain<signalfd_siginfo>(fd);
    if (fd == tick_.get()) drain<std::uint64_t>(fd);
    if (fd == work_) happened.work = true;
  }
  return happened;
}

void Signals::alive() {
  if (watchdog_ == microseconds::zero()) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - told_alive_ < watchdog_ / (2 * kTellsPerWatchdog)) return;
  told_alive_ = now;
  notify_("WATCHDOG=1");
}

void Signals::status(const std::string& line) { notify_("STATUS=" + line); }

}  // namespace mfa::connector
