// SPDX-License-Identifier: BSD-3-Clause
//
// The one implementation of Store: each call becomes an operation for the
// writer. What the operations do is in the files named after them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/base/unique_fd.h"
#include "agent/store/high_water.h"
#include "agent/store/sign_in_log.h"
#include "agent/store/store.h"
#include "agent/store/writer.h"

namespace mfa {

// What open.cc has opened and checked.
struct OpenedState {
  UniqueFd lock;  // released last
  std::unique_ptr<Database> database;
  std::unique_ptr<Seal> seal;
  std::unique_ptr<HighWater> high_water;
  std::optional<Instant> spent_before;
  std::optional<Instant> rollback;
};

class SqliteStore final : public Store, private WriterHooks {
 public:
  SqliteStore(OpenedState state, Retention retention, const Clock& clock,
              Random& random, std::function<void(Error)> on_broken);
  ~SqliteStore() override = default;

  void find_person(const std::string& name, Done<PersonState> done) override;
  void attempt(Attempt attempt, Done<AttemptResult> done) override;
  void finish(Finish finish, Done<void> done) override;
  void confirm(Confirmation confirmation, Done<void> done) override;
  void add_method(NewMethod method, Done<BoundMethod> done) override;
  void confirm_method(const UserName& person, const std::string& id,
                      Secret code, Done<Method> done) override;
  void remove_method(const UserName& person, const std::string& id,
                     Done<Method> done) override;
  void person_detail(const UserName& person, Done<PersonDetail> done) override;
  void unlock(const UserName& person, Done<void> done) override;
  void reset_grace(const UserName& person, Done<void> done) override;
  void set_mfa_required(const UserName& person, bool required,
                        Done<void> done) override;
  void forget_remembered(const UserName& person,
                         Done<std::uint64_t> done) override;
  void list_directory_reports(Done<std::vector<DirectoryReport>> done) override;
  void finish_directory_report(std::int64_t id, Done<bool> done) override;
  void sign_ins(SignInQuery query,
                Done<std::vector<SignInRecord>> done) override;
  void find_sign_in(const std::string& prefix,
                    Done<std::vector<SignInRecord>> done) override;
  void statistics(Done<Statistics> done) override;
  void set_retention(unsigned keep_days, std::uint64_t keep_records) override;
  std::optional<Instant> rollback_detected() const override;

 private:
  Transaction begin_operation() override;
  void tidy(Transaction& transaction, std::size_t count) override;
  void seal_batch(Transaction& transaction) override;
  void committed() override;
  void broken(const Error& error) override;

  template <class T, class Work>
  void read(Done<T> done, Work work);
  template <class T, class Work>
  void write(Done<T> done, Work work);
  void trim_log();
  WriterHooks& hooks() { return *this; }

  OpenedState state_;
  const Clock& clock_;
  Random& random_;
  std::function<void(Error)> on_broken_;
  std::atomic<unsigned> keep_days_;
  std::atomic<std::uint64_t> keep_records_;
  std::uint64_t generation_ = 0;  // of the running batch
  std::size_t since_throttle_trim_ = 0;
  std::unique_ptr<Writer> writer_;  // last: its thread uses all of the above
};

}  // namespace mfa
