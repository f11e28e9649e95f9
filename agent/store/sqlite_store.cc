// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/sqlite_store.h"

#include <utility>

#include "agent/methods/throttle.h"
#include "agent/store/accepted_terms.h"
#include "agent/store/attempt.h"
#include "agent/store/confirmation.h"
#include "agent/store/familiar_sources.h"
#include "agent/store/limits.h"
#include "agent/store/method_table.h"
#include "agent/store/people.h"
#include "agent/store/registration.h"
#include "agent/store/remembered_mfa.h"
#include "agent/store/state_row.h"
#include "agent/store/throttle_table.h"

namespace mfa {
namespace {

// Records dropped by one turn of trim_log: some milliseconds of work.
constexpr std::int64_t kTrimRecordsPerTurn = 1024;

PersonState load_person_state(Transaction& transaction,
                              const std::string& name) {
  const PersonRow row = load_person(transaction, name);
  PersonState state;
  state.methods = load_methods(transaction, name);
  state.grace_started = row.grace_started;
  if (!state.methods.empty()) state.registered_uid = row.uid;
  state.mfa_required = row.mfa_required;
  state.remediated_risk = row.remediated_risk;
  if (row.remembered > 0) state.remembered = load_remembered(transaction, name);
  if (row.terms > 0) state.terms = load_accepted_terms(transaction, name);
  return state;
}

PersonDetail load_person_detail(Transaction& transaction,
                                const std::string& name) {
  PersonDetail detail;
  detail.state = load_person_state(transaction, name);
  for (const auto& [source, throttle] : load_throttles(transaction, name)) {
    detail.throttled.push_back(
        {source, throttle.failures, pause_left(throttle, transaction.now)});
  }
  detail.familiar_sources = load_familiar_sources(transaction, name);
  return detail;
}

Result<> end_sign_in(Transaction& transaction, const Store::Finish& finish) {
  const SignInRecord& record = finish.record;
  if (record.id.empty() || record.user.size() > kMaxPersonBytes) {
    return error(ErrorKind::malformed, "a record without an id or a user");
  }
  log_end(transaction, record);
  if (finish.start_grace) start_grace(transaction, record.user);
  return {};
}

Result<> unlock_person(Transaction& transaction, const std::string& name) {
  for (const bool known : {true, false}) {
    clear_throttles(transaction, throttle_name(name, known));
  }
  clear_failures(transaction, name);
  return {};
}

}  // namespace

SqliteStore::SqliteStore(OpenedState state, Retention retention,
                         const Clock& clock, Random& random,
                         std::function<void(Error)> on_broken)
    : state_(std::move(state)),
      clock_(clock),
      random_(random),
      on_broken_(std::move(on_broken)),
      keep_days_(retention.keep_days),
      keep_records_(retention.keep_records),
      writer_(std::make_unique<Writer>(*state_.database, hooks())) {
  trim_log();
}

template <class T, class Work>
void SqliteStore::read(Done<T> done, Work work) {
  writer_->read(std::make_unique<TypedOperation<T, Work>>(std::move(work),
                                                          std::move(done)));
}

template <class T, class Work>
void SqliteStore::write(Done<T> done, Work work) {
  writer_->write(std::make_unique<TypedOperation<T, Work>>(std::move(work),
                                                           std::move(done)));
}

void SqliteStore::find_person(const std::string& name, Done<PersonState> done) {
  read(std::move(done), [name](Transaction& transaction) {
    return load_person_state(transaction, name);
  });
}

void SqliteStore::attempt(Attempt attempt, Done<AttemptResult> done) {
  write(std::move(done),
        [attempt = std::move(attempt)](Transaction& transaction) {
          return run_attempt(transaction, attempt);
        });
}

void SqliteStore::finish(Finish finish, Done<void> done) {
  write(std::move(done),
        [finish = std::move(finish)](Transaction& transaction) {
          return end_sign_in(transaction, finish);
        });
}

void SqliteStore::confirm(Confirmation confirmation, Done<void> done) {
  write(std::move(done),
        [confirmation = std::move(confirmation)](Transaction& transaction) {
          return run_confirmation(transaction, confirmation);
        });
}

void SqliteStore::add_method(NewMethod method, Done<BoundMethod> done) {
  write(std::move(done),
        [method = std::move(method)](Transaction& transaction) {
          return bind_method(transaction, method);
        });
}

void SqliteStore::confirm_method(const UserName& person, const std::string& id,
                                 Secret code, Done<Method> done) {
  write(std::move(done),
        [person, id, code = std::move(code)](Transaction& transaction) {
          return prove_method(transaction, person, id, code);
        });
}

void SqliteStore::remove_method(const UserName& person, const std::string& id,
                                Done<Method> done) {
  write(std::move(done), [person, id](Transaction& transaction) {
    return unbind_method(transaction, person, id);
  });
}

void SqliteStore::person_detail(const UserName& person,
                                Done<PersonDetail> done) {
  read(std::move(done), [person](Transaction& transaction) {
    return load_person_detail(transaction, person.str());
  });
}

void SqliteStore::unlock(const UserName& person, Done<void> done) {
  write(std::move(done), [person](Transaction& transaction) {
    return unlock_person(transaction, person.str());
  });
}

void SqliteStore::reset_grace(const UserName& person, Done<void> done) {
  write(std::move(done), [person](Transaction& transaction) -> Result<> {
    clear_grace(transaction, person.str());
    return {};
  });
}

void SqliteStore::set_mfa_required(const UserName& person, bool required,
                                   Done<void> done) {
  write(std::move(done),
        [person, required](Transaction& transaction) -> Result<> {
          save_mfa_required(transaction, person.str(), required);
          return {};
        });
}

void SqliteStore::forget_remembered(const UserName& person,
                                    Done<std::uint64_t> done) {
  write(std::move(done), [person](Transaction& transaction) {
    return mfa::forget_remembered(transaction, person.str());
  });
}

void SqliteStore::list_directory_reports(
    Done<std::vector<DirectoryReport>> done) {
  read(std::move(done), load_directory_reports);
}

void SqliteStore::finish_directory_report(std::int64_t id, Done<bool> done) {
  write(std::move(done), [id](Transaction& transaction) {
    return drop_directory_report(transaction, id);
  });
}

void SqliteStore::sign_ins(SignInQuery query,
                           Done<std::vector<SignInRecord>> done) {
  read(std::move(done), [query = std::move(query)](Transaction& transaction) {
    return find_sign_ins(transaction, query);
  });
}

void SqliteStore::find_sign_in(const std::string& prefix,
                               Done<std::vector<SignInRecord>> done) {
  read(std::move(done), [prefix](Transaction& transaction) {
    return find_sign_ins_by_prefix(transaction, prefix);
  });
}

void SqliteStore::statistics(Done<Statistics> done) {
  read(std::move(done), [](Transaction& transaction) {
    return load_statistics(transaction.database);
  });
}

void SqliteStore::set_retention(unsigned keep_days,
                                std::uint64_t keep_records) {
  keep_days_ = keep_days;
  keep_records_ = keep_records;
  trim_log();
}

// In turns, so that others get theirs in between.
void SqliteStore::trim_log() {
  write<std::int64_t>(
      [this](const Result<std::int64_t>& dropped) {
        if (dropped && *dropped >= kTrimRecordsPerTurn) trim_log();
      },
      [this](Transaction& transaction) {
        return trim_sign_ins(transaction, {keep_days_, keep_records_},
                             kTrimRecordsPerTurn);
      });
}

std::optional<Instant> SqliteStore::rollback_detected() const {
  return state_.rollback;
}

Transaction SqliteStore::begin_operation() {
  return {*state_.database, *state_.seal, random_, clock_.now(),
          state_.spent_before};
}

void SqliteStore::tidy(Transaction& transaction, std::size_t count) {
  const std::int64_t limit =
      static_cast<std::int64_t>(count) + kTrimRecordsPerBatch;
  trim_sign_ins(transaction, {keep_days_, keep_records_}, limit);
  trim_remembered(transaction, limit);
  since_throttle_trim_ += count;
  if (since_throttle_trim_ < kThrottleTrimEvery) return;
  since_throttle_trim_ = 0;
  trim_throttles(transaction, kMaxThrottles);
}

void SqliteStore::seal_batch(Transaction& transaction) {
  generation_ = next_generation(transaction.database);
}

void SqliteStore::committed() {
  state_.high_water->write({generation_, clock_.now().wall});
}

void SqliteStore::broken(const Error& error) { on_broken_(error); }

}  // namespace mfa
