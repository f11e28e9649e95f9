// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/restrictions.h"

#include "agent/cache/risk_rank.h"

namespace mfa {
namespace {

// `loss` may be that of this generation or of its whole day.
bool is_mass(Loss kind, const Losses& losses, const MassChangeLimit& limit) {
  return is_mass_change(losses.of(kind), limit);
}

// Accounts that nobody enabled bears any more. `also_gone`: or nobody at all.
std::vector<std::int64_t> find_disabled(Database& database, bool also_gone) {
  Statement found = database.statement(
      "SELECT o.row FROM old.people o WHERE o.enabled "
      "AND o.account IS NOT NULL AND NOT EXISTS "
      "(SELECT 1 FROM main.people n WHERE n.account = o.account AND n.enabled) "
      "AND (? OR EXISTS "
      "(SELECT 1 FROM main.people n WHERE n.account = o.account)) LIMIT ?");
  found.with(also_gone, kMaxRestrictions);
  std::vector<std::int64_t> rows;
  while (found.next()) rows.push_back(found.integer(0));
  return rows;
}

// Of accounts that are this machine's alone as long as the change waits.
std::vector<Restrictions::Account> find_buried(Database& database) {
  Statement found = database.statement(
      "SELECT n.account, n.id, 0 FROM main.people n WHERE NOT n.enabled "
      "AND n.account IS NOT NULL AND NOT EXISTS "
      "(SELECT 1 FROM old.people o WHERE o.account = n.account) "
      "UNION ALL SELECT t.account, t.person, 1 FROM main.tombstones t "
      "WHERE t.refused AND NOT EXISTS "
      "(SELECT 1 FROM old.people o WHERE o.account = t.account) LIMIT ?");
  found.with(kMaxRestrictions);
  std::vector<Restrictions::Account> accounts;
  while (found.next()) {
    accounts.push_back({found.text(0), found.text(1), found.integer(2) != 0});
  }
  return accounts;
}

std::vector<Restrictions::Risk> find_worse_risks(Database& database) {
  Statement found = database.statement(
      "SELECT n.person, n.level, n.stamp, o.level FROM main.risks n "
      "LEFT JOIN old.risks o ON o.person = n.person");
  const auto rank = [&found](int column) {
    return found.is_null(column)
               ? 0
               : risk_rank(static_cast<RiskLevel>(found.integer(column)));
  };
  std::vector<Restrictions::Risk> risks;
  while (found.next() && risks.size() < kMaxRestrictions) {
    if (rank(1) <= rank(3)) continue;
    risks.push_back({from_row(found.view(0)),
                     static_cast<RiskLevel>(found.integer(1)), found.text(2)});
  }
  return risks;
}

// Who is in a group that bears a role or a rule's name, or has a role, and was
// not or had not; and whoever is in what is in there, or was named anew. The
// groups that bear something in `main` are in temp.bearing, and the names of
// the rules in temp.role_names (role_holders.h).
constexpr char kFindGained[] = R"sql(
DROP TABLE IF EXISTS temp.gained;
CREATE TEMP TABLE gained (member BLOB PRIMARY KEY) WITHOUT ROWID;
INSERT OR IGNORE INTO gained
SELECT m.member FROM temp.bearing b
  JOIN main.group_names name ON name.grp = b.grp AND name.is_key
  JOIN main.memberships m ON m.grp = name.key
  WHERE NOT EXISTS (SELECT 1 FROM old.memberships o
                    WHERE o.member = m.member AND o.grp = m.grp);
INSERT OR IGNORE INTO gained
SELECT r.principal FROM main.roles r
  WHERE NOT EXISTS (SELECT 1 FROM old.roles o
                    WHERE o.principal = r.principal AND o.role = r.role);
INSERT OR IGNORE INTO gained
SELECT other.key FROM temp.role_names r
  JOIN main.group_names name ON name.key = r.key
  JOIN main.groups g ON g.row = name.grp
  JOIN main.group_names other ON other.grp = name.grp AND other.is_key
  WHERE NOT EXISTS (SELECT 1 FROM old.groups og
                    JOIN old.group_names had ON had.grp = og.row
                    WHERE og.id = g.id AND had.key = r.key);
INSERT OR IGNORE INTO gained
WITH RECURSIVE below (grp) AS (
  SELECT n.grp FROM temp.gained
    JOIN main.group_names n ON n.key = gained.member AND n.is_key
  UNION
  SELECT inner_name.grp FROM below
    JOIN main.group_names name ON name.grp = below.grp AND name.is_key
    JOIN main.memberships m ON m.grp = name.key
    JOIN main.group_names inner_name
      ON inner_name.key = m.member AND inner_name.is_key)
SELECT m.member FROM below
  JOIN main.group_names name ON name.grp = below.grp AND name.is_key
  JOIN main.memberships m ON m.grp = name.key;
)sql";

std::vector<HashedKey> find_gained(Database& database,
                                   const RoleGroupNames& names) {
  find_role_holders(database, names, "main", "holders");
  database.execute(kFindGained);
  Statement found = database.statement(
      "SELECT member FROM temp.gained WHERE NOT EXISTS "
      "(SELECT 1 FROM main.group_names n WHERE n.key = member AND n.is_key) "
      "LIMIT ?");
  found.with(kMaxRestrictions);
  std::vector<HashedKey> gained;
  while (found.next()) gained.push_back(from_row(found.view(0)));
  return gained;
}

}  // namespace

Restrictions find_restrictions(Database& database, const RoleGroupNames& names,
                               const Losses& losses,
                               const MassChangeLimit& limit) {
  Restrictions found;
  if (!is_mass(Loss::enabled, losses, limit)) {
    const bool also_gone = !is_mass(Loss::people, losses, limit);
    found.disabled = find_disabled(database, also_gone);
  }
  found.buried = find_buried(database);
  found.risks = find_worse_risks(database);
  found.doubted = find_gained(database, names);
  // A directory that puts everybody into every group is broken, too.
  const LossCount gained{static_cast<std::int64_t>(found.doubted.size()),
                         losses.of(Loss::people).had};
  if (is_mass_change(gained, limit)) found.doubted.clear();
  return found;
}

namespace {

void disable(Database& database, const std::vector<std::int64_t>& rows,
             CacheCounts& counts) {
  for (const std::int64_t row : rows) {
    database.statement("UPDATE people SET enabled = 0 WHERE row = ?")
        .with(row)
        .run();
    ++counts.disabled;
  }
}

void bury(Database& database,
          const std::vector<Restrictions::Account>& accounts,
          std::uint64_t generation, Instant now) {
  for (const auto& account : accounts) {
    database
        .statement(
            "INSERT OR IGNORE INTO tombstones "
            "(account, person, since, generation, refused) "
            "VALUES (?, ?, ?, ?, ?)")
        .with(account.account, account.person, now, generation,
              account.is_refused)
        .run();
  }
}

void raise(Database& database, const Restrictions::Risk& risk,
           CacheCounts& counts) {
  const auto count = [&counts](RiskLevel level, int sign) {
    counts.risks += sign;
    counts.at_risk += is_risk(level) ? sign : 0;
    counts.risky += is_risky(level) ? sign : 0;
  };
  {
    Statement known =
        database.statement("SELECT level FROM risks WHERE person = ?");
    known.with(risk.person.blob());
    if (known.next()) count(static_cast<RiskLevel>(known.integer(0)), -1);
  }
  database
      .statement(
          "INSERT INTO risks (person, level, stamp) VALUES (?, ?, ?) "
          "ON CONFLICT DO UPDATE SET level = excluded.level, "
          "stamp = excluded.stamp")
      .with(risk.person.blob(), risk.level, risk.stamp)
      .run();
  count(risk.level, 1);
}

}  // namespace

void apply_restrictions(Database& database, const Restrictions& restrictions,
                        std::uint64_t generation, Instant now,
                        CacheCounts& counts) {
  Losses losses;
  losses.of(Loss::enabled) = {
      static_cast<std::int64_t>(restrictions.disabled.size()),
      counts.people - counts.disabled};
  disable(database, restrictions.disabled, counts);
  bury(database, restrictions.buried, generation, now);
  for (const auto& risk : restrictions.risks) raise(database, risk, counts);
  for (const HashedKey& member : restrictions.doubted) {
    database.statement("INSERT OR IGNORE INTO doubts (member) VALUES (?)")
        .with(member.blob())
        .run();
  }
  if (!restrictions.disabled.empty()) note_losses(database, losses, now);
}

}  // namespace mfa
