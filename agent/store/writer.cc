// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/writer.h"

#include "agent/base/block_signals.h"
#include "agent/store/limits.h"

namespace mfa {
namespace {

using Operations = std::vector<std::unique_ptr<Operation>>;

Error to_error(const DatabaseFailure& failure) {
  return {failure.says_damaged() ? ErrorKind::damaged : ErrorKind::unavailable,
          failure.message};
}

void report(Operations& operations) {
  for (auto& operation : operations) operation->report();
}

}  // namespace

Writer::Writer(Database& database, WriterHooks& hooks)
    : database_(database), hooks_(hooks) {
  const BlockSignals inherited_by_the_thread;
  thread_ = std::thread([this] { run(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_waits_.notify_one();
  thread_.join();
}

void Writer::read(std::unique_ptr<Operation> operation) {
  submit(false, std::move(operation));
}

void Writer::write(std::unique_ptr<Operation> operation) {
  submit(true, std::move(operation));
}

void Writer::submit(bool is_write, std::unique_ptr<Operation> operation) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && queue_.size() < kMaxQueuedOperations) {
      queue_.emplace_back(is_write, std::move(operation));
    }
  }
  if (operation) {
    operation->fail({ErrorKind::unavailable,
                     "the store is closing, or more operations wait than it "
                     "can do in time"});
    operation->report();
    return;
  }
  work_waits_.notify_one();
}

std::optional<Writer::Batch> Writer::next_batch() {
  std::unique_lock lock(mutex_);
  work_waits_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  if (queue_.empty()) return std::nullopt;
  Batch batch;
  while (!queue_.empty() && batch.size() < kMaxBatch) {
    auto& [is_write, operation] = queue_.front();
    (is_write ? batch.writes : batch.reads).push_back(std::move(operation));
    queue_.pop_front();
  }
  return batch;
}

void Writer::run() {
  while (auto batch = next_batch()) {
    run_reads(batch->reads);
    run_writes(batch->writes);
  }
}

// They need no commit, so they do not wait for one.
void Writer::run_reads(Operations& reads) {
  for (auto& operation : reads) {
    if (broken_) {
      operation->fail(*broken_);
    } else {
      run_read(*operation);
    }
    operation->report();
  }
}

void Writer::run_read(Operation& operation) {
  Transaction transaction = hooks_.begin_operation();
  operation.run(transaction);
  if (!database_.failed()) return;
  const DatabaseFailure failure = database_.take_failure();
  operation.fail(to_error(failure));
  note(failure);
}

void Writer::run_writes(Operations& writes) {
  if (writes.empty()) return;
  if (broken_) {
    for (auto& operation : writes) operation->fail(*broken_);
  } else if (!commit(writes)) {
    abandon(writes);
  }
  report(writes);
}

// One transaction for all. False: it failed as a whole.
bool Writer::commit(Operations& writes) {
  database_.statement("BEGIN IMMEDIATE").run();
  for (auto& operation : writes) run_in_savepoint(*operation);
  tidy(writes.size());
  Transaction transaction = hooks_.begin_operation();
  hooks_.seal_batch(transaction);
  database_.statement("COMMIT").run();
  if (database_.failed()) return false;
  hooks_.committed();
  return true;
}

// What breaks a rule of the database fails alone; a failure of the disk stays
// with the connection, and nothing more is tried in this batch.
void Writer::run_in_savepoint(Operation& operation) {
  if (database_.failed()) return;
  database_.statement("SAVEPOINT operation").run();
  Transaction transaction = hooks_.begin_operation();
  operation.run(transaction);
  if (database_.failed() &&
      database_.failure()->kind() == FailureKind::operation) {
    operation.fail(to_error(database_.take_failure()));
  }
  if (!operation.succeeded()) {
    database_.statement("ROLLBACK TO operation").run();
  }
  database_.statement("RELEASE operation").run();
}

void Writer::tidy(std::size_t count) {
  database_.statement("SAVEPOINT tidy").run();
  Transaction transaction = hooks_.begin_operation();
  hooks_.tidy(transaction, count);
  database_.statement("RELEASE tidy").run();
}

void Writer::abandon(Operations& writes) {
  const DatabaseFailure failure = database_.take_failure();
  for (auto& operation : writes) operation->fail(to_error(failure));
  note(failure);
  if (!database_.in_transaction()) return;
  database_.statement("ROLLBACK").run();
  if (database_.failed()) note(database_.take_failure());
}

void Writer::note(const DatabaseFailure& failure) {
  if (failure.kind() != FailureKind::broken || broken_) return;
  broken_ = to_error(failure);
  // What a checkpoint would copy now may not be what was committed.
  database_.checkpoint_on_close(false);
  hooks_.broken(*broken_);
}

}  // namespace mfa
