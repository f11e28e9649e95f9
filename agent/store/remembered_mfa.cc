// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/remembered_mfa.h"

#include <algorithm>

#include "agent/store/limits.h"
#include "agent/store/people.h"

namespace mfa {
namespace {

Instant lifetime_cutoff(const Transaction& transaction) {
  return transaction.now.wall - kRememberedLifetime;
}

// What was proved up to here counts for nothing. A restored backup may bring
// back what was forgotten since it was made.
Instant void_through(const Transaction& transaction) {
  return std::max(lifetime_cutoff(transaction),
                  transaction.spent_before.value_or(Instant::min()));
}

// The columns in the order load_remembered asks for them.
RememberedMfa remembered_of(const Statement& row) {
  return {.uid = static_cast<std::uint32_t>(row.integer(0)),
          .target_user = row.text(1),
          .service = row.text(2),
          .source = row.text(3),
          .device = row.text(4),
          .terminal = row.text(5),
          .boot_id = row.text(6),
          .policy_hash = row.text(7),
          .methods = row.text(8),
          .verified = row.instant(9)};
}

void drop_surplus(Transaction& transaction, const std::string& person) {
  if (load_person(transaction, person).remembered <= kMaxRememberedPerPerson) {
    return;
  }
  transaction.database
      .statement(
          "DELETE FROM remembered_mfa WHERE rowid IN "
          "(SELECT rowid FROM remembered_mfa WHERE person = ? "
          "ORDER BY verified DESC, rowid DESC LIMIT -1 OFFSET ?)")
      .with(person, kMaxRememberedPerPerson)
      .run();
}

}  // namespace

std::vector<RememberedMfa> load_remembered(Transaction& transaction,
                                           const std::string& person) {
  Statement query = transaction.database.statement(
      "SELECT uid, target_user, service, source, device, terminal, boot_id, "
      "policy_hash, methods, verified FROM remembered_mfa "
      "WHERE person = ? AND verified > ? AND verified <= ? "
      "ORDER BY verified DESC, rowid DESC");
  query.with(person, void_through(transaction), transaction.now.wall);
  std::vector<RememberedMfa> all;
  while (query.next()) all.push_back(remembered_of(query));
  return all;
}

void remember_mfa(Transaction& transaction, const std::string& person,
                  const RememberedMfa& remembered) {
  const auto valid_from = load_person(transaction, person).sessions_valid_from;
  if (valid_from && remembered.verified <= *valid_from) return;
  transaction.database
      .statement(
          "INSERT INTO remembered_mfa (person, uid, target_user, service, "
          "source, device, terminal, boot_id, policy_hash, methods, verified) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (person, uid, target_user, service, source, device, "
          "terminal, boot_id, policy_hash) DO UPDATE SET "
          "methods = excluded.methods, verified = excluded.verified")
      .with(person, remembered.uid, remembered.target_user, remembered.service,
            remembered.source, remembered.device, remembered.terminal,
            remembered.boot_id, remembered.policy_hash, remembered.methods,
            remembered.verified)
      .run();
  drop_surplus(transaction, person);
}

std::uint64_t forget_remembered(Transaction& transaction,
                                const std::string& person) {
  save_sessions_valid_from(transaction, person, transaction.now.wall);
  Database& database = transaction.database;
  database.statement("DELETE FROM remembered_mfa WHERE person = ?")
      .with(person)
      .run();
  return database.failed() ? 0 : static_cast<std::uint64_t>(database.changes());
}

void trim_remembered(Transaction& transaction, std::int64_t limit) {
  transaction.database
      .statement(
          "DELETE FROM remembered_mfa WHERE rowid IN (SELECT rowid FROM "
          "remembered_mfa INDEXED BY remembered_mfa_by_age "
          "WHERE verified <= ? ORDER BY verified LIMIT ?)")
      .with(lifetime_cutoff(transaction), limit)
      .run();
}

}  // namespace mfa
