// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/tombstones.h"

namespace mfa {

void bury_refused(Database& database, const change::Refused::Person& person,
                  std::int64_t generation, Instant now) {
  database
      .statement(
          "INSERT OR IGNORE INTO main.tombstones "
          "(account, person, since, generation, refused) "
          "SELECT ?1, ?2, ?3, ?4, 1 WHERE NOT EXISTS "
          "(SELECT 1 FROM main.people p WHERE p.account = ?1)")
      .with(person.account->str(), person.id, now, generation)
      .run();
}

// They could not sign in, as the disabled could not.
void count_lifted(std::int64_t tombstones, Losses& losses) {
  losses.of(Loss::disabled).lost += tombstones;
  losses.of(Loss::disabled).had += tombstones;
}

}  // namespace mfa
