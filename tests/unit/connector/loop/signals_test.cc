// SPDX-License-Identifier: BSD-3-Clause
#include "connector/loop/signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>

#include <vector>

#include "tests/check.h"

namespace mfa::connector {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kNow{0};
constexpr milliseconds kPlenty{20'000};

Signals opened(std::vector<std::string>& told,
               std::chrono::microseconds watchdog = {}) {
  auto signals = Signals::open(
      [&told](const std::string& state) { told.push_back(state); }, watchdog);
  if (!signals) fail_msg("%s", signals.error().what.c_str());
  return std::move(*signals);
}

bool is_readable(int fd) {
  pollfd readable{fd, POLLIN, 0};
  return poll(&readable, 1, 0) == 1;
}

TEST("SIGHUP asks for a reload, once, and makes the descriptor readable") {
  std::vector<std::string> told;
  Signals signals = opened(told);
  assert_false(is_readable(signals.fd()));
  assert_false(signals.wait(kNow).reload);
  raise(SIGHUP);
  raise(SIGHUP);
  assert_true(is_readable(signals.fd()));
  assert_true(signals.wait(kPlenty).reload);
  assert_false(signals.wait(kNow).reload);
}

TEST("work is there for as long as its descriptor is readable and watched") {
  std::vector<std::string> told;
  Signals signals = opened(told);
  UniqueFd work(eventfd(0, EFD_CLOEXEC));
  signals.watch_work(work.get());
  assert_false(signals.wait(kNow).work);
  eventfd_write(work.get(), 1);
  assert_true(is_readable(signals.fd()));
  assert_true(signals.wait(kPlenty).work);
  signals.watch_work(work.get());
  assert_true(signals.wait(kPlenty).work);
  signals.watch_work(-1);
  assert_false(is_readable(signals.fd()));
  assert_false(signals.wait(kNow).work);
}

TEST("a connection that was closed, and another one by its number, is fine") {
  std::vector<std::string> told;
  Signals signals = opened(told);
  UniqueFd first(eventfd(1, EFD_CLOEXEC));
  const int number = first.get();
  signals.watch_work(number);
  first.reset();
  assert_false(signals.wait(kNow).work);
  const UniqueFd second(eventfd(1, EFD_CLOEXEC));
  assert_int_equal(second.get(), number);
  signals.watch_work(second.get());
  assert_true(signals.wait(kPlenty).work);
}

TEST("the watchdog's clock ends a wait, and is told that the loop lives") {
  std::vector<std::string> told;
  Signals signals = opened(told, std::chrono::milliseconds(20));
  const auto happened = signals.wait(kPlenty);
  assert_false(happened.reload || happened.work);
  signals.alive();
  assert_int_equal(told.size(), 1);
  assert_string_equal(told[0].c_str(), "WATCHDOG=1");
}

TEST("a service manager is not told of each record") {
  std::vector<std::string> told;
  Signals signals = opened(told, std::chrono::hours(1));
  for (int i = 0; i < 100'000; ++i) signals.alive();
  assert_int_equal(told.size(), 1);
}

TEST("a service manager without a watchdog hears nothing of it") {
  std::vector<std::string> told;
  Signals signals = opened(told);
  signals.alive();
  assert_true(told.empty());
  signals.status("The agent is up to date");
  assert_string_equal(told.at(0).c_str(), "STATUS=The agent is up to date");
}

}  // namespace
}  // namespace mfa::connector
