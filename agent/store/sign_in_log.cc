// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/sign_in_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "agent/base/escape.h"
#include "agent/store/limits.h"
#include "agent/store/text_list.h"

namespace mfa {
namespace {

// Columns in the order of write() and record_of(). A macro, because SQL is
// put together by the compiler: statements are kept under their literal.
#define MFA_RECORD_COLUMNS                                                \
  "id, created, user, user_known, target_user, application, ip_address, " \
  "source, terminal, client_is_modern, first_factor, asker, roles, "      \
  "roles_known, requirement, method_id, method_label, status, reason, "   \
  "detail, attempts, policies, configuration_generation, country, "       \
  "device_id, device_name, device_trust_type, device_compliant, "         \
  "sign_in_risk, user_risk, methods_used, user_id"

#define MFA_INSERT_RECORD                                                    \
  "INSERT INTO sign_ins (" MFA_RECORD_COLUMNS                                \
  ") VALUES "                                                                \
  "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "   \
  "?, ?, ?, ?, ?, ?, ?, ?, ?) "                                              \
  "ON CONFLICT (id) DO UPDATE SET user = excluded.user, "                    \
  "user_known = excluded.user_known, target_user = excluded.target_user, "   \
  "ip_address = excluded.ip_address, source = excluded.source, "             \
  "terminal = excluded.terminal, "                                           \
  "client_is_modern = excluded.client_is_modern, "                           \
  "first_factor = excluded.first_factor, roles = excluded.roles, "           \
  "roles_known = excluded.roles_known, requirement = excluded.requirement, " \
  "method_id = excluded.method_id, method_label = excluded.method_label, "   \
  "status = excluded.status, reason = excluded.reason, "                     \
  "detail = excluded.detail, policies = excluded.policies, "                 \
  "configuration_generation = excluded.configuration_generation, "           \
  "country = excluded.country, device_id = excluded.device_id, "             \
  "device_name = excluded.device_name, "                                     \
  "device_trust_type = excluded.device_trust_type, "                         \
  "device_compliant = excluded.device_compliant, "                           \
  "sign_in_risk = excluded.sign_in_risk, user_risk = excluded.user_risk, "   \
  "methods_used = excluded.methods_used, user_id = excluded.user_id, "

#define MFA_SELECT_RECORDS \
  "SELECT " MFA_RECORD_COLUMNS ", sequence FROM sign_ins "

void bind_record(Statement& statement, const SignInRecord& record) {
  statement.with(
      record.id, record.created, record.user, record.user_known,
      record.target_user, record.application, record.ip_address, record.source,
      record.terminal, record.client_is_modern, record.first_factor,
      record.asker, encode_list(record.roles), record.roles_known,
      record.requirement, record.method_id, record.method_label, record.status,
      record.reason, record.detail, record.attempts,
      encode_policies(record.policies), record.configuration_generation,
      record.country, record.device_id, record.device_name,
      record.device_trust_type, record.device_compliant, record.sign_in_risk,
      record.user_risk, record.methods_used, record.user_id);
}

SignInRecord record_of(const Statement& row) {
  SignInRecord record;
  record.id = row.text(0);
  record.created = row.instant(1);
  record.user = row.text(2);
  record.user_known = row.integer(3) != 0;
  record.target_user = row.text(4);
  record.application = row.text(5);
  record.ip_address = row.text(6);
  record.source = row.text(7);
  record.terminal = row.text(8);
  record.client_is_modern = row.integer(9) != 0;
  record.first_factor = row.text(10);
  record.asker = row.text(11);
  record.roles = decode_list(row.text(12)).value_or(record.roles);
  record.roles_known = row.integer(13) != 0;
  record.requirement = row.text(14);
  record.method_id = row.text(15);
  record.method_label = row.text(16);
  record.status = static_cast<SignInStatus>(row.integer(17));
  record.reason = static_cast<Reason>(row.integer(18));
  record.detail = row.text(19);
  record.attempts = static_cast<int>(row.integer(20));
  record.policies = decode_policies(row.text(21)).value_or(record.policies);
  record.configuration_generation = static_cast<std::uint64_t>(row.integer(22));
  record.country = row.text(23);
  record.device_id = row.text(24);
  record.device_name = row.text(25);
  record.device_trust_type = row.text(26);
  if (!row.is_null(27)) record.device_compliant = row.integer(27) != 0;
  record.sign_in_risk = row.text(28);
  record.user_risk = row.text(29);
  record.methods_used = row.text(30);
  record.user_id = row.text(31);
  record.sequence = row.integer(32);
  return record;
}

std::vector<SignInRecord> read_all(Statement& query) {
  std::vector<SignInRecord> records;
  while (query.next()) records.push_back(record_of(query));
  return records;
}

std::vector<SignInRecord> oldest_first(std::vector<SignInRecord> records) {
  std::sort(records.begin(), records.end(),
            [](const SignInRecord& left, const SignInRecord& right) {
              return left.sequence < right.sequence;
            });
  return records;
}

// Each shape of question has the index that answers it without a scan.
const char* sql_for(const SignInQuery& query) {
  if (query.after_sequence && query.user) {
    return MFA_SELECT_RECORDS
        "WHERE user = ?2 AND sequence > ?3 AND created >= ?1 "
        "ORDER BY sequence LIMIT ?4";
  }
  if (query.after_sequence) {
    return MFA_SELECT_RECORDS
        "WHERE sequence > ?3 AND created >= ?1 ORDER BY sequence LIMIT ?4";
  }
  if (query.user && query.since) {
    return MFA_SELECT_RECORDS
        "INDEXED BY sign_ins_by_user_and_time "
        "WHERE user = ?2 AND created >= ?1 "
        "ORDER BY created DESC, sequence DESC LIMIT ?4";
  }
  if (query.user) {
    return MFA_SELECT_RECORDS
        "INDEXED BY sign_ins_by_user WHERE user = ?2 "
        "ORDER BY sequence DESC LIMIT ?4";
  }
  if (query.since) {
    return MFA_SELECT_RECORDS
        "INDEXED BY sign_ins_by_time WHERE created >= ?1 "
        "ORDER BY created DESC, sequence DESC LIMIT ?4";
  }
  return MFA_SELECT_RECORDS "ORDER BY sequence DESC LIMIT ?4";
}

// Following the log walks along the sequence. While nothing is as young as
// `since`, each turn would walk over all that is older.
bool has_any_since(Transaction& transaction, const SignInQuery& query) {
  Statement found = transaction.database.statement(
      query.user ? "SELECT 1 FROM sign_ins INDEXED BY "
                   "sign_ins_by_user_and_time "
                   "WHERE created >= ?1 AND user = ?2 LIMIT 1"
                 : "SELECT 1 FROM sign_ins INDEXED BY sign_ins_by_time "
                   "WHERE created >= ?1 LIMIT 1");
  if (query.user) {
    found.with(*query.since, *query.user);
  } else {
    found.with(*query.since);
  }
  return found.next();
}

// Along the index of times, whose entries of one time are in the order of
// their sequence.
std::vector<SignInRecord> next_by_time(Transaction& transaction,
                                       const SignInQuery::Place& behind,
                                       unsigned limit) {
  Statement statement = transaction.database.statement(
      MFA_SELECT_RECORDS
      "INDEXED BY sign_ins_by_time "
      "WHERE created >= ?1 AND (created > ?1 OR sequence > ?2) "
      "ORDER BY created, sequence LIMIT ?3");
  statement.with(behind.created, behind.sequence, limit);
  return read_all(statement);
}

bool is_id_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-';
}

std::int64_t run_trim(Transaction& transaction, const char* sql,
                      std::int64_t bound, std::int64_t limit) {
  if (limit <= 0) return 0;
  transaction.database.statement(sql).with(bound, limit).run();
  return transaction.database.failed() ? 0 : transaction.database.changes();
}

std::int64_t newest_sequence(Transaction& transaction) {
  Statement query =
      transaction.database.statement("SELECT max(sequence) FROM sign_ins");
  return query.next() ? query.integer(0) : 0;
}

}  // namespace

void log_attempt(Transaction& transaction, SignInRecord& record,
                 bool evaluated) {
  record.attempts = evaluated ? 1 : 0;
  Statement statement = transaction.database.statement(
      MFA_INSERT_RECORD
      "attempts = attempts + excluded.attempts RETURNING attempts, sequence");
  bind_record(statement, record);
  if (!statement.next()) return;
  record.attempts = static_cast<int>(statement.integer(0));
  record.sequence = statement.integer(1);
}

void log_end(Transaction& transaction, const SignInRecord& record) {
  Statement statement = transaction.database.statement(
      MFA_INSERT_RECORD
      "attempts = max(attempts, excluded.attempts) "
      "WHERE status <> 3");  // SignInStatus::success
  bind_record(statement, record);
  statement.run();
}

Result<std::optional<std::string>> confirm_sign_in(
    Transaction& transaction, const std::string& id,
    const std::optional<std::vector<PolicyRow>>& policies) {
  Database& database = transaction.database;
  Statement update = database.statement(
      "UPDATE sign_ins SET status = ?, policies = coalesce(?, policies) "
      "WHERE id = ? AND status = ? RETURNING user");
  std::optional<std::string> rows;
  if (policies) rows = encode_policies(*policies);
  update.with(SignInStatus::success, rows, id, SignInStatus::unconfirmed);
  if (update.next()) return update.text(0);
  Statement query =
      database.statement("SELECT status FROM sign_ins WHERE id = ?");
  query.with(id);
  if (!query.next()) {
    return error(ErrorKind::not_found, "no sign-in has the id " + escaped(id));
  }
  if (static_cast<SignInStatus>(query.integer(0)) == SignInStatus::success) {
    return std::nullopt;
  }
  return error(ErrorKind::refused,
               "the sign-in " + escaped(id) + " was not let in");
}

std::vector<SignInRecord> find_sign_ins(Transaction& transaction,
                                        const SignInQuery& query) {
  if (query.behind) {
    return next_by_time(transaction, *query.behind,
                        std::min(query.limit, kMaxRecordsPerQuery));
  }
  if (query.after_sequence && query.since &&
      !has_any_since(transaction, query)) {
    return {};
  }
  Statement statement = transaction.database.statement(sql_for(query));
  statement.with(query.since ? to_stored(*query.since)
                             : std::numeric_limits<std::int64_t>::min(),
                 query.user, query.after_sequence,
                 std::min(query.limit, kMaxRecordsPerQuery));
  return oldest_first(read_all(statement));
}

Result<std::vector<SignInRecord>> find_sign_ins_by_prefix(
    Transaction& transaction, const std::string& prefix) {
  if (prefix.size() < kMinIdPrefix ||
      !std::all_of(prefix.begin(), prefix.end(), is_id_character)) {
    return error(ErrorKind::malformed,
                 fmt::format("{} is no id of a sign-in: give at least its "
                             "first {} characters",
                             quoted(prefix, 64), kMinIdPrefix));
  }
  Statement query = transaction.database.statement(
      MFA_SELECT_RECORDS
      "WHERE id >= ?1 AND id < ?2 ORDER BY sequence DESC LIMIT ?3");
  // '{' follows 'z', the last character an id may hold.
  query.with(prefix, prefix + '{', kMaxRecordsPerPrefix);
  return oldest_first(read_all(query));
}

std::int64_t trim_sign_ins(Transaction& transaction, const Retention& retention,
                           std::int64_t limit) {
  const std::int64_t newest = newest_sequence(transaction);
  const auto keep = static_cast<std::int64_t>(std::min<std::uint64_t>(
      std::max<std::uint64_t>(retention.keep_records, 1),
      std::numeric_limits<std::int64_t>::max()));
  const std::int64_t dropped = run_trim(
      transaction,
      "DELETE FROM sign_ins WHERE sequence IN (SELECT sequence FROM sign_ins "
      "WHERE sequence <= ? ORDER BY sequence LIMIT ?)",
      newest - keep, limit);
  const Instant cutoff =
      transaction.now.wall - std::chrono::hours(24) * retention.keep_days;
  return dropped +
         run_trim(transaction,
                  "DELETE FROM sign_ins WHERE sequence IN (SELECT sequence "
                  "FROM sign_ins WHERE created < ? AND sequence <> "
                  "(SELECT max(sequence) FROM sign_ins) "
                  "ORDER BY created LIMIT ?)",
                  to_stored(cutoff), limit - dropped);
}

}  // namespace mfa
