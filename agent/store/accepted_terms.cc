// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/accepted_terms.h"

#include "agent/store/limits.h"

namespace mfa {

std::vector<AcceptedTerms> load_accepted_terms(Transaction& transaction,
                                               const std::string& person) {
  Statement query = transaction.database.statement(
      "SELECT terms_id, version, accepted FROM accepted_terms "
      "WHERE person = ? ORDER BY terms_id");
  query.with(person);
  std::vector<AcceptedTerms> all;
  while (query.next()) {
    all.push_back({query.text(0), query.text(1), query.instant(2)});
  }
  return all;
}

void accept_terms(Transaction& transaction, const std::string& person,
                  const AcceptedTerms& terms) {
  Database& database = transaction.database;
  database
      .statement(
          "INSERT INTO accepted_terms (person, terms_id, version, accepted) "
          "VALUES (?, ?, ?, ?) ON CONFLICT (person, terms_id) DO UPDATE SET "
          "version = excluded.version, accepted = excluded.accepted")
      .with(person, terms.id, terms.version, terms.accepted)
      .run();
  database
      .statement(
          "DELETE FROM accepted_terms WHERE person = ?1 AND terms_id IN "
          "(SELECT terms_id FROM accepted_terms WHERE person = ?1 "
          "ORDER BY accepted DESC, terms_id LIMIT -1 OFFSET ?2)")
      .with(person, kMaxTermsPerPerson)
      .run();
}

}  // namespace mfa
