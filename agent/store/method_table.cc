// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/method_table.h"

#include <fmt/format.h>

#include "agent/store/limits.h"

namespace mfa {
namespace {

// Sealed with the seed: a later form of a row gets another number, and an
// older row cannot be taken for it.
constexpr std::int64_t kRowVersion = 1;

Instant pending_cutoff(const Transaction& transaction) {
  return transaction.now.wall - kPendingLifetime;
}

// The columns in the order load_methods asks for them.
Method method_of(const Statement& row, const UserName& person) {
  return {.id = row.text(0),
          .person = person,
          .label = row.text(1),
          .totp = {.algorithm = static_cast<OtpAlgorithm>(row.integer(2)),
                   .digits = static_cast<unsigned>(row.integer(3)),
                   .period = static_cast<unsigned>(row.integer(4))},
          .state = static_cast<MethodState>(row.integer(5)),
          .created = row.instant(6),
          .last_used = row.optional_instant(7),
          .last_accepted_step = row.integer(8),
          .failures = static_cast<unsigned>(row.integer(9)),
          .failures_unfamiliar = static_cast<unsigned>(row.integer(10))};
}

// Apart from the counters, so that the common case fires no trigger.
void save_state(Transaction& transaction, const Method& method) {
  transaction.database
      .statement(
          "UPDATE methods SET state = ?3 "
          "WHERE person = ?1 AND id = ?2 AND state <> ?3")
      .with(method.person.str(), method.id, method.state)
      .run();
}

}  // namespace

std::vector<Method> load_methods(Transaction& transaction,
                                 const std::string& person) {
  const auto name = UserName::parse(person);
  if (!name) return {};
  Statement query = transaction.database.statement(
      "SELECT id, label, algorithm, digits, period, state, created, last_used, "
      "last_step, failures, failures_unfamiliar FROM methods "
      "WHERE person = ? AND (state <> ? OR created >= ?) ORDER BY created, id");
  query.with(person, MethodState::pending, pending_cutoff(transaction));
  std::vector<Method> methods;
  while (query.next()) methods.push_back(method_of(query, *name));
  return methods;
}

void drop_expired_methods(Transaction& transaction, const std::string& person) {
  transaction.database
      .statement(
          "DELETE FROM methods WHERE person = ? AND state = ? AND created < ?")
      .with(person, MethodState::pending, pending_cutoff(transaction))
      .run();
}

void insert_method(Transaction& transaction, const Method& method,
                   std::string_view seed) {
  const std::string sealed = transaction.seal.seal(
      seed, {method.person.str(), method.id, kRowVersion}, transaction.random);
  transaction.database
      .statement(
          "INSERT INTO methods (person, id, label, algorithm, digits, period, "
          "state, created, row_version, sealed_seed) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .with(method.person.str(), method.id, method.label, method.totp.algorithm,
            method.totp.digits, method.totp.period, method.state,
            method.created, kRowVersion, Blob{sealed})
      .run();
}

void delete_method(Transaction& transaction, const Method& method) {
  transaction.database
      .statement("DELETE FROM methods WHERE person = ? AND id = ?")
      .with(method.person.str(), method.id)
      .run();
}

Result<Secret> open_seed(Transaction& transaction, const Method& method) {
  Statement query = transaction.database.statement(
      "SELECT row_version, sealed_seed FROM methods "
      "WHERE person = ? AND id = ?");
  query.with(method.person.str(), method.id);
  if (query.next()) {
    auto seed = transaction.seal.open(
        query.text(1), {method.person.str(), method.id, query.integer(0)});
    if (seed) return std::move(*seed);
  }
  return error(
      ErrorKind::damaged,
      fmt::format("{}: method {} of {} cannot be unsealed: its row was changed "
                  "from outside; bind it anew: mfactl method remove {} {}, "
                  "then mfactl method add {} totp",
                  transaction.database.path(), method.id, method.person.str(),
                  method.person.str(), method.id, method.person.str()));
}

bool spend_step(Transaction& transaction, const Method& method) {
  transaction.database
      .statement(
          "UPDATE methods SET last_step = ?3, last_used = ?4, failures = ?5, "
          "failures_unfamiliar = ?6 "
          "WHERE person = ?1 AND id = ?2 AND last_step < ?3")
      .with(method.person.str(), method.id, method.last_accepted_step,
            method.last_used, method.failures, method.failures_unfamiliar)
      .run();
  if (transaction.database.failed() || transaction.database.changes() != 1) {
    return false;
  }
  save_state(transaction, method);
  return true;
}

void save_failures(Transaction& transaction, const Method& method) {
  transaction.database
      .statement(
          "UPDATE methods SET failures = ?, failures_unfamiliar = ? "
          "WHERE person = ? AND id = ?")
      .with(method.failures, method.failures_unfamiliar, method.person.str(),
            method.id)
      .run();
  save_state(transaction, method);
}

void clear_failures(Transaction& transaction, const std::string& person) {
  transaction.database
      .statement(
          "UPDATE methods SET failures = 0, failures_unfamiliar = 0 "
          "WHERE person = ? AND state <> ?")
      .with(person, MethodState::disabled)
      .run();
}

}  // namespace mfa
