// SPDX-License-Identifier: BSD-3-Clause
//
// The loop's surroundings in a running program: SIGHUP, the watchdog's clock
// and the agent's work behind one descriptor.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "agent/base/result.h"
#include "agent/base/unique_fd.h"
#include "connector/loop/surroundings.h"

namespace mfa::connector {

class Signals final : public Surroundings {
 public:
  // `notify` takes what sd_notify(3) takes. `watchdog`: how often the service
  // manager wants to hear of us; zero: never. Blocks SIGHUP, so it is made
  // before any thread is.
  using Notify = std::function<void(const std::string&)>;
  static Result<Signals> open(Notify notify,
                              std::chrono::microseconds watchdog);

  int fd() const override { return all_.get(); }
  void watch_work(int fd) override;
  Happened wait(std::chrono::milliseconds timeout) override;
  void alive() override;
  void status(const std::string& line) override;

 private:
  Signals(Notify notify, std::chrono::microseconds watchdog)
      : notify_(std::move(notify)), watchdog_(watchdog) {}
  Result<> add(int fd);

  Notify notify_;
  std::chrono::microseconds watchdog_;
  std::chrono::steady_clock::time_point told_alive_{};
  UniqueFd all_;     // epoll
  UniqueFd hangup_;  // signalfd
  UniqueFd tick_;    // timerfd, so that no wait is longer than the watchdog
  int work_ = -1;    // of the agent's connection
};

}  // namespace mfa::connector
