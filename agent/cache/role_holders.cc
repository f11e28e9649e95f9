// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/role_holders.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/cache/group_walk.h"

namespace mfa {
namespace {

// Answers that are kept; beyond, all are found out again.
constexpr std::size_t kMaxRemembered = 10'000;
// Nested groups that are looked into.
constexpr std::size_t kMaxGroupsBehind = 10'000;

constexpr char kPrepare[] = R"sql(
CREATE TEMP TABLE IF NOT EXISTS role_names (key BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS bearing (grp INTEGER PRIMARY KEY);
DELETE FROM role_names;
DELETE FROM bearing;
)sql";

// {0}: the schema, {1}: the table of the answer.
constexpr char kFind[] = R"sql(
DROP TABLE IF EXISTS temp.{1};
CREATE TEMP TABLE {1} (member BLOB PRIMARY KEY) WITHOUT ROWID;
INSERT INTO bearing
WITH RECURSIVE reach (grp) AS (
  SELECT n.grp FROM role_names r JOIN {0}.group_names n ON n.key = r.key
  UNION
  SELECT n.grp FROM {0}.roles r
    JOIN {0}.group_names n ON n.key = r.principal AND n.is_key
  UNION
  SELECT inner_name.grp FROM reach
    JOIN {0}.group_names name ON name.grp = reach.grp AND name.is_key
    JOIN {0}.memberships m ON m.grp = name.key
    JOIN {0}.group_names inner_name
      ON inner_name.key = m.member AND inner_name.is_key)
SELECT grp FROM reach;
INSERT OR IGNORE INTO {1}
SELECT m.member FROM bearing
  JOIN {0}.group_names name ON name.grp = bearing.grp AND name.is_key
  JOIN {0}.memberships m ON m.grp = name.key
  WHERE NOT EXISTS (SELECT 1 FROM {0}.group_names n
                    WHERE n.key = m.member AND n.is_key);
INSERT OR IGNORE INTO {1}
SELECT principal FROM {0}.roles r
  WHERE NOT EXISTS (SELECT 1 FROM {0}.group_names n
                    WHERE n.key = r.principal AND n.is_key);
)sql";

}  // namespace

bool RoleHolders::bears_role(const HashedKey& group) {
  if (names_.empty() && counts_.roles == 0) return false;
  const auto known = bears_.find(group);
  if (known != bears_.end()) return known->second;
  if (bears_.size() >= kMaxRemembered) bears_.clear();
  return bears_[group] = find_out(group);
}

bool RoleHolders::find_out(const HashedKey& group) {
  GroupWalk walk(database_);
  for (const std::int64_t row : groups_by_key(database_, group)) {
    // What cannot be seen to the end counts as bearing.
    if (!walk.up_from_group(row)) return true;
  }
  const auto& groups = walk.groups();
  const auto& keys = walk.keys();
  return std::any_of(groups.begin(), groups.end(),
                     [this](std::int64_t row) { return is_named(row); }) ||
         std::any_of(keys.begin(), keys.end(), [this](const HashedKey& key) {
           return is_principal(key);
         });
}

std::int64_t RoleHolders::role_people(const HashedKey& group) {
  if (names_.empty() && counts_.roles == 0) return 0;
  return find_out(group) ? people_behind(group) : 0;
}

bool RoleHolders::holds_role(const HashedKey& member) {
  if (names_.empty() && counts_.roles == 0) return false;
  if (is_principal(member)) return true;
  std::vector<HashedKey> groups;
  {
    Statement found =
        database_.statement("SELECT grp FROM memberships WHERE member = ?");
    found.with(member.blob());
    while (found.next()) groups.push_back(from_row(found.view(0)));
  }
  return std::any_of(
      groups.begin(), groups.end(),
      [this](const HashedKey& group) { return bears_role(group); });
}

bool RoleHolders::is_named(std::int64_t group) {
  if (names_.empty()) return false;
  Statement found =
      database_.statement("SELECT key FROM group_names WHERE grp = ?");
  found.with(group);
  while (found.next()) {
    if (names_.count(from_row(found.view(0))) != 0) return true;
  }
  return false;
}

bool RoleHolders::is_principal(const HashedKey& key) {
  if (counts_.roles == 0) return false;
  Statement found =
      database_.statement("SELECT 1 FROM roles WHERE principal = ? LIMIT 1");
  return found.with(key.blob()).next();
}

void RoleHolders::begin_change() {
  inside_.clear();
  rows_left_ = rows_of_change_;
}

const RoleHolders::Inside& RoleHolders::inside(const HashedKey& name) {
  const auto known = inside_.find(name);
  if (known != inside_.end()) return known->second;
  Inside& found = inside_[name];
  Statement members = database_.statement(
      "SELECT DISTINCT m.member, EXISTS (SELECT 1 FROM group_names n "
      "WHERE n.key = m.member AND n.is_key) FROM memberships m "
      "WHERE m.grp = ? LIMIT ?");
  // A negative limit would be none.
  members.with(name.blob(), std::max<std::int64_t>(0, rows_left_));
  while (members.next()) {
    --rows_left_;
    if (members.integer(1) == 0) {
      ++found.people;
    } else {
      found.groups.push_back(from_row(members.view(0)));
    }
  }
  return found;
}

std::int64_t RoleHolders::people_behind(const HashedKey& key) {
  std::unordered_set<std::int64_t> met;
  std::vector<HashedKey> waiting{key};
  std::int64_t people = 0;
  while (!waiting.empty() && met.size() < kMaxGroupsBehind) {
    const HashedKey next = waiting.back();
    waiting.pop_back();
    for (const std::int64_t group : groups_by_key(database_, next)) {
      if (!met.insert(group).second) continue;
      --rows_left_;
      for (const HashedKey& name : keys_of_group(database_, group)) {
        const Inside& members = inside(name);
        people += members.people;
        waiting.insert(waiting.end(), members.groups.begin(),
                       members.groups.end());
      }
    }
    if (rows_left_ <= 0) {
      is_rough_ = true;
      return std::max({people, counts_.people, std::int64_t{1}});
    }
  }
  return met.empty() ? 1 : people;
}

void find_role_holders(Database& database, const RoleGroupNames& names,
                       const std::string& schema, const std::string& table) {
  database.execute(kPrepare);
  for (const HashedKey& name : names) {
    database.statement("INSERT INTO temp.role_names (key) VALUES (?)")
        .with(name.blob())
        .run();
  }
  const std::string script = fmt::format(kFind, schema, table);
  database.execute(script.c_str());
}

std::int64_t count_role_holders(Database& database,
                                const RoleGroupNames& names) {
  find_role_holders(database, names, "main", "holders");
  Statement counted = database.statement("SELECT count(*) FROM temp.holders");
  return counted.next() ? counted.integer(0) : 0;
}

}  // namespace mfa
