// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/drop_kind.h"

#include "agent/model/sign_in_facts.h"

namespace mfa {
namespace {

void drop_risks(Database& database, bool keep_risky, CacheCounts& counts) {
  database.statement("DELETE FROM main.risks WHERE NOT (? AND level IN (?, ?))")
      .with(keep_risky, RiskLevel::medium, RiskLevel::high)
      .run();
  counts.risks = counts.at_risk = counts.risky = keep_risky ? counts.risky : 0;
}

}  // namespace

void drop_kind(Database& database, DirectoryKind kind, bool keep_risky,
               CacheCounts& counts) {
  switch (kind) {
    case DirectoryKind::people:
      break;
    case DirectoryKind::roles:
      database.statement("DELETE FROM main.roles").run();
      counts.roles = 0;
      break;
    case DirectoryKind::risks:
      drop_risks(database, keep_risky, counts);
      break;
    case DirectoryKind::devices:
      database.statement("DELETE FROM main.devices").run();
      database.statement("DELETE FROM main.device_owners").run();
      counts.devices = 0;
      break;
  }
}

}  // namespace mfa
