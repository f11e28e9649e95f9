// SPDX-License-Identifier: BSD-3-Clause
//
// Connections that read the file in force, lent to whoever asks. They can all
// be called back, so that the file can be replaced while nobody has it open:
// SQLite does not bear two files by one name.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "agent/base/result.h"
#include "agent/cache/files.h"

namespace mfa {

class Readers {
 public:
  explicit Readers(const CacheFolder& folder) : folder_(folder) {}

  class Loan {
   public:
    Loan(Readers& readers, std::unique_ptr<Database> database)
        : readers_(&readers), database_(std::move(database)) {}
    ~Loan() {
      if (readers_) readers_->give_back(std::move(database_));
    }
    Loan(Loan&& other) noexcept
        : readers_(std::exchange(other.readers_, nullptr)),
          database_(std::move(other.database_)) {}
    Loan& operator=(Loan&&) = delete;
    Database& operator*() const { return *database_; }

   private:
    Readers* readers_;
    std::unique_ptr<Database> database_;
  };

  // Waits while all are lent, and while they are called back. One that failed
  // is not lent again.
  Result<Loan> borrow();

  // From now on nobody reads.
  void call_back();
  void let_read();

 private:
  void give_back(std::unique_ptr<Database> database);
  void one_less();

  const CacheFolder& folder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Database>> idle_;
  std::size_t lent_ = 0;
  bool called_back_ = false;
};

}  // namespace mfa
