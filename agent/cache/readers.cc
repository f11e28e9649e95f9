// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/readers.h"

#include "agent/cache/limits.h"

namespace mfa {

Result<Readers::Loan> Readers::borrow() {
  std::unique_ptr<Database> database;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [this] { return !called_back_ && lent_ < kMaxReaders; });
    ++lent_;
    if (!idle_.empty()) {
      database = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (database) return Loan(*this, std::move(database));
  auto opened = folder_.open_reader();
  if (opened) return Loan(*this, std::move(*opened));
  one_less();
  return tl::unexpected(opened.error());
}

void Readers::give_back(std::unique_ptr<Database> database) {
  if (database && !database->failed() && !database->in_transaction()) {
    const std::lock_guard lock(mutex_);
    if (!called_back_) idle_.push_back(std::move(database));
  }
  database.reset();
  one_less();
}

void Readers::one_less() {
  const std::lock_guard lock(mutex_);
  --lent_;
  changed_.notify_all();
}

void Readers::call_back() {
  std::unique_lock lock(mutex_);
  called_back_ = true;
  idle_.clear();
  changed_.wait(lock, [this] { return lent_ == 0; });
}

void Readers::let_read() {
  const std::lock_guard lock(mutex_);
  called_back_ = false;
  changed_.notify_all();
}

}  // namespace mfa
