// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/throttle_table.h"

#include <chrono>

#include "agent/store/limits.h"

namespace mfa {
namespace {

constexpr char kUnknownMark = '?';  // no UserName has it

struct Row {
  std::string name;
  std::string source;
  Throttle throttle;
};

// Columns `first` and after: those of the counter itself.
Throttle throttle_of(const Statement& row, int first) {
  Throttle throttle;
  throttle.failures = static_cast<unsigned>(row.integer(first));
  throttle.pause_length = std::chrono::microseconds(row.integer(first + 1));
  throttle.failed_at = row.instant(first + 2);
  throttle.failed_at_since_boot =
      std::chrono::microseconds(row.integer(first + 3));
  throttle.boot_id = row.text(first + 4);
  return throttle;
}

std::int64_t count_throttles(Transaction& transaction) {
  Statement query =
      transaction.database.statement("SELECT count(*) FROM throttles");
  return query.next() ? query.integer(0) : 0;
}

// The oldest first, as far as `surplus` goes: all that may be forgotten, and
// of the others, if `surplus` is not reached, the oldest without a pause.
std::vector<Row> rows_to_drop(Transaction& transaction, std::int64_t surplus,
                              bool also_in_pause) {
  Statement query = transaction.database.statement(
      "SELECT person, source, failures, pause_length, failed_at, "
      "failed_at_since_boot, boot_id FROM throttles ORDER BY failed_at");
  std::vector<Row> rows;
  while (rows.size() < kMaxThrottlesDropped && query.next()) {
    Row row{query.text(0), query.text(1), throttle_of(query, 2)};
    const bool is_surplus = static_cast<std::int64_t>(rows.size()) < surplus;
    const bool forgettable = is_forgettable(row.throttle, transaction.now);
    // Ordered by age: the first that is kept ends the search.
    if (!is_surplus && !forgettable) break;
    const bool in_pause =
        pause_left(row.throttle, transaction.now).count() != 0;
    if (forgettable || also_in_pause || !in_pause) {
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

void drop_rows(Transaction& transaction, std::int64_t surplus,
               bool also_in_pause) {
  for (const Row& row : rows_to_drop(transaction, surplus, also_in_pause)) {
    clear_throttle(transaction, row.name, row.source);
  }
}

}  // namespace

std::string throttle_name(const std::string& person, bool account_known) {
  return account_known ? person : kUnknownMark + person;
}

Throttle load_throttle(Transaction& transaction, const std::string& name,
                       const std::string& source) {
  Statement query = transaction.database.statement(
      "SELECT failures, pause_length, failed_at, failed_at_since_boot, boot_id "
      "FROM throttles WHERE person = ? AND source = ?");
  query.with(name, source);
  return query.next() ? throttle_of(query, 0) : Throttle{};
}

void save_throttle(Transaction& transaction, const std::string& name,
                   const std::string& source, const Throttle& throttle) {
  transaction.database
      .statement(
          "INSERT INTO throttles (person, source, failures, pause_length, "
          "failed_at, failed_at_since_boot, boot_id) "
          "VALUES (?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (person, source) DO UPDATE SET "
          "failures = excluded.failures, pause_length = excluded.pause_length, "
          "failed_at = excluded.failed_at, "
          "failed_at_since_boot = excluded.failed_at_since_boot, "
          "boot_id = excluded.boot_id")
      .with(name, source, throttle.failures, throttle.pause_length,
            throttle.failed_at, throttle.failed_at_since_boot, throttle.boot_id)
      .run();
}

void clear_throttle(Transaction& transaction, const std::string& name,
                    const std::string& source) {
  transaction.database
      .statement("DELETE FROM throttles WHERE person = ? AND source = ?")
      .with(name, source)
      .run();
}

void clear_throttles(Transaction& transaction, const std::string& name) {
  transaction.database.statement("DELETE FROM throttles WHERE person = ?")
      .with(name)
      .run();
}

std::vector<SourceThrottle> load_throttles(Transaction& transaction,
                                           const std::string& name) {
  Statement query = transaction.database.statement(
      "SELECT source, failures, pause_length, failed_at, failed_at_since_boot, "
      "boot_id FROM throttles WHERE person = ? ORDER BY source");
  query.with(name);
  std::vector<SourceThrottle> throttles;
  while (query.next()) {
    throttles.push_back({query.text(0), throttle_of(query, 1)});
  }
  return throttles;
}

void trim_throttles(Transaction& transaction, std::int64_t keep) {
  drop_rows(transaction, count_throttles(transaction) - keep, false);
  const std::int64_t still_too_many = count_throttles(transaction) - keep;
  if (still_too_many > 0) drop_rows(transaction, still_too_many, true);
}

}  // namespace mfa
