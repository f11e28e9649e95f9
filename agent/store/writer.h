// SPDX-License-Identifier: BSD-3-Clause
//
// The store's thread and its group commit: the law of store.h. Knows nothing
// of what the operations do.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "agent/base/result.h"
#include "agent/store/store.h"
#include "agent/store/transaction.h"

namespace mfa {

// Something to be done in a transaction, and whom to tell.
class Operation {
 public:
  virtual ~Operation() = default;
  virtual void run(Transaction& transaction) = 0;
  // Whether what run() did may stay.
  virtual bool succeeded() const = 0;
  virtual void fail(Error error) = 0;
  virtual void report() = 0;
};

template <class T, class Work>
class TypedOperation final : public Operation {
 public:
  TypedOperation(Work work, Done<T> done)
      : work_(std::move(work)), done_(std::move(done)) {}

  void run(Transaction& transaction) override { result_ = work_(transaction); }
  bool succeeded() const override { return result_.has_value(); }
  void fail(Error error) override {
    result_ = tl::unexpected(std::move(error));
  }
  void report() override { done_(std::move(result_)); }

 private:
  Work work_;
  Done<T> done_;
  Result<T> result_ = error(ErrorKind::unavailable, "not run");
};

// What happens around the operations, on the store's thread.
class WriterHooks {
 public:
  virtual ~WriterHooks() = default;
  virtual Transaction begin_operation() = 0;
  // In the batch's transaction, after `count` operations. A failure here
  // undoes only what this did.
  virtual void tidy(Transaction& transaction, std::size_t count) = 0;
  // In the batch's transaction, last; fails the batch when it fails.
  virtual void seal_batch(Transaction& transaction) = 0;
  // The batch is on disk; nobody has been told yet.
  virtual void committed() = 0;
  // Called once; nothing can be promised any more.
  virtual void broken(const Error& error) = 0;
};

class Writer {
 public:
  Writer(Database& database, WriterHooks& hooks);
  ~Writer();  // finishes what is queued

  void read(std::unique_ptr<Operation> operation);
  void write(std::unique_ptr<Operation> operation);

 private:
  struct Batch {
    std::vector<std::unique_ptr<Operation>> reads;
    std::vector<std::unique_ptr<Operation>> writes;
    std::size_t size() const { return reads.size() + writes.size(); }
  };

  void submit(bool is_write, std::unique_ptr<Operation> operation);
  void run();
  std::optional<Batch> next_batch();
  void run_reads(std::vector<std::unique_ptr<Operation>>& reads);
  void run_read(Operation& operation);
  void run_writes(std::vector<std::unique_ptr<Operation>>& writes);
  bool commit(std::vector<std::unique_ptr<Operation>>& writes);
  void run_in_savepoint(Operation& operation);
  void tidy(std::size_t count);
  void abandon(std::vector<std::unique_ptr<Operation>>& writes);
  void note(const DatabaseFailure& failure);

  Database& database_;
  WriterHooks& hooks_;
  std::optional<Error> broken_;  // the thread's own

  std::mutex mutex_;
  std::condition_variable work_waits_;
  std::deque<std::pair<bool, std::unique_ptr<Operation>>> queue_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace mfa
