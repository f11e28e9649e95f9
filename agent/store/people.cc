// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/people.h"

namespace mfa {

PersonRow load_person(Transaction& transaction, const std::string& person) {
  Statement query = transaction.database.statement(
      "SELECT uid, grace_started FROM people WHERE person = ?");
  query.with(person);
  PersonRow row;
  if (!query.next()) return row;
  if (!query.is_null(0)) row.uid = static_cast<std::uint32_t>(query.integer(0));
  row.grace_started = query.optional_instant(1);
  return row;
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

}  // namespace mfa
