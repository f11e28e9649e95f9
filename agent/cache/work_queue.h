// SPDX-License-Identifier: BSD-3-Clause
//
// Steps for one thread, done in order.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace mfa {

class WorkQueue {
 public:
  WorkQueue();
  // Does what waits already, then ends.
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  // False: too many wait; the step was not taken.
  bool add(std::function<void()> step);
  // What has no caller who waits: taken whatever waits.
  void must_add(std::function<void()> step);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mfa
