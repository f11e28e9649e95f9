// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/people.h"

namespace mfa {

PersonRow load_person(Transaction& transaction, const std::string& person) {
  Statement query = transaction.database.statement(
      "SELECT uid, grace_started, mfa_required, remediated_risk, "
      "sessions_valid_from, remembered, terms FROM people WHERE person = ?");
  query.with(person);
  PersonRow row;
  if (!query.next()) return row;
  if (!query.is_null(0)) row.uid = static_cast<std::uint32_t>(query.integer(0));
  row.grace_started = query.optional_instant(1);
  row.mfa_required = query.integer(2) != 0;
  row.remediated_risk = query.text(3);
  row.sessions_valid_from = query.optional_instant(4);
  row.remembered = query.integer(5);
  row.terms = query.integer(6);
  return row;
}

void add_person(Transaction& transaction, const std::string& person) {
  transaction.database
      .statement(
          "INSERT INTO people (person) VALUES (?) "
          "ON CONFLICT (person) DO NOTHING")
      .with(person)
      .run();
}

void save_uid(Transaction& transaction, const std::string& person,
              std::optional<std::uint32_t> uid) {
  transaction.database
      .statement(
          "INSERT INTO people (person, uid) VALUES (?, ?) "
          "ON CONFLICT (person) DO UPDATE SET uid = excluded.uid")
      .with(person, uid)
      .run();
}

void start_grace(Transaction& transaction, const std::string& person) {
  transaction.database
      .statement(
          "INSERT INTO people (person, grace_started) VALUES (?, ?) "
          "ON CONFLICT (person) DO UPDATE "
          "SET grace_started = excluded.grace_started "
          "WHERE grace_started IS NULL")
      .with(person, transaction.now.wall)
      .run();
}

void clear_grace(Transaction& transaction, const std::string& person) {
  transaction.database
      .statement("UPDATE people SET grace_started = NULL WHERE person = ?")
      .with(person)
      .run();
}

void save_mfa_required(Transaction& transaction, const std::string& person,
                       bool required) {
  transaction.database
      .statement(
          "INSERT INTO people (person, mfa_required) VALUES (?, ?) "
          "ON CONFLICT (person) DO UPDATE "
          "SET mfa_required = excluded.mfa_required")
      .with(person, required)
      .run();
}

void save_remediated_risk(Transaction& transaction, const std::string& person,
                          const std::string& stamp) {
  transaction.database
      .statement(
          "UPDATE people SET remediated_risk = nullif(?, '') WHERE person = ?")
      .with(stamp, person)
      .run();
}

void save_sessions_valid_from(Transaction& transaction,
                              const std::string& person, Instant from) {
  transaction.database
      .statement(
          "INSERT INTO people (person, sessions_valid_from) VALUES (?, ?) "
          "ON CONFLICT (person) DO UPDATE "
          "SET sessions_valid_from = excluded.sessions_valid_from")
      .with(person, from)
      .run();
}

}  // namespace mfa
