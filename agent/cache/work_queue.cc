// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/work_queue.h"

#include <utility>

#include "agent/base/block_signals.h"
#include "agent/cache/limits.h"

namespace mfa {

WorkQueue::WorkQueue() {
  const BlockSignals inherited_by_the_thread;
  thread_ = std::thread([this] { run(); });
}

WorkQueue::~WorkQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool WorkQueue::add(std::function<void()> step) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMaxWaitingWork) return false;
    waiting_.push_back(std::move(step));
  }
  changed_.notify_one();
  return true;
}

void WorkQueue::must_add(std::function<void()> step) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(step));
  }
  changed_.notify_one();
}

void WorkQueue::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::function<void()> step = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    step();
    step = nullptr;
    lock.lock();
  }
}

}  // namespace mfa
