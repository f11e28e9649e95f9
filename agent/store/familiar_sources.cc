// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/familiar_sources.h"

#include "agent/store/limits.h"

namespace mfa {
namespace {

bool may_be_familiar(const Source& source) {
  return source.kind != Source::Kind::self;
}

}  // namespace

bool is_familiar(Transaction& transaction, const std::string& person,
                 const Source& source) {
  if (!may_be_familiar(source)) return false;
  Statement query = transaction.database.statement(
      "SELECT 1 FROM familiar_sources WHERE person = ? AND source = ?");
  return query.with(person, source.key()).next();
}

void remember_source(Transaction& transaction, const std::string& person,
                     const Source& source) {
  if (!may_be_familiar(source)) return;
  Database& database = transaction.database;
  database
      .statement(
          "INSERT INTO familiar_sources (person, source, last_success) "
          "VALUES (?1, ?2, ?3) ON CONFLICT (person, source) DO UPDATE "
          "SET last_success = excluded.last_success "
          "WHERE last_success NOT BETWEEN ?3 - ?4 AND ?3")
      .with(person, source.key(), transaction.now.wall,
            std::chrono::microseconds(kFamiliarRefresh))
      .run();
  if (database.changes() == 0) return;
  database
      .statement(
          "DELETE FROM familiar_sources WHERE person = ?1 AND source IN "
          "(SELECT source FROM familiar_sources WHERE person = ?1 "
          "ORDER BY last_success DESC LIMIT -1 OFFSET ?2)")
      .with(person, kMaxFamiliarSources)
      .run();
}

std::vector<std::string> load_familiar_sources(Transaction& transaction,
                                               const std::string& person) {
  Statement query = transaction.database.statement(
      "SELECT source FROM familiar_sources WHERE person = ? "
      "ORDER BY last_success DESC, source");
  query.with(person);
  std::vector<std::string> sources;
  while (query.next()) sources.push_back(query.text(0));
  return sources;
}

}  // namespace mfa
