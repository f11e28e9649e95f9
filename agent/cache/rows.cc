// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/rows.h"

#include <algorithm>

namespace mfa {

std::string ambiguous_uid(std::int64_t uid) {
  return "uid " + std::to_string(uid);
}

GroupNames names_of(const DirectoryGroup& group) {
  GroupNames names{{hashed(group.id), true}};
  for (const HashedKey& key : hashed(group.names)) names.push_back({key, true});
  if (!group.display_name.empty()) {
    names.push_back({hashed(group.display_name), false});
  }
  // Where a display name is a name as well, the name comes first and stays.
  std::sort(names.begin(), names.end(),
            [](const GroupName& a, const GroupName& b) {
              return a.key != b.key ? a.key < b.key : a.is_key > b.is_key;
            });
  names.erase(std::unique(names.begin(), names.end(),
                          [](const GroupName& a, const GroupName& b) {
                            return a.key == b.key;
                          }),
              names.end());
  return names;
}

std::vector<HashedKey> keys_of(const GroupNames& names) {
  std::vector<HashedKey> keys;
  for (const GroupName& name : names) {
    if (name.is_key) keys.push_back(name.key);
  }
  return keys;
}

GroupNames read_group_names(Database& database, std::int64_t group) {
  Statement found = database.statement(
      "SELECT key, is_key FROM group_names WHERE grp = ? ORDER BY key");
  found.with(group);
  GroupNames names;
  while (found.next()) {
    names.push_back({from_row(found.view(0)), found.integer(1) != 0});
  }
  return names;
}

void write_group_names(Database& database, std::int64_t group,
                       const GroupNames& names) {
  database.statement("DELETE FROM group_names WHERE grp = ?").with(group).run();
  for (const GroupName& name : names) {
    database
        .statement(
            "INSERT INTO group_names (key, grp, is_key) "
            "VALUES (?, ?, ?)")
        .with(name.key.blob(), group, name.is_key)
        .run();
  }
}

std::optional<std::int64_t> find_group_row(Database& database,
                                           const std::string& id) {
  Statement found = database.statement("SELECT row FROM groups WHERE id = ?");
  found.with(id);
  if (!found.next()) return std::nullopt;
  return found.integer(0);
}

std::optional<std::int64_t> add_group_row(Database& database,
                                          const std::string& id) {
  Statement made =
      database.statement("INSERT INTO groups (id) VALUES (?) RETURNING row");
  made.with(id);
  if (!made.next()) return std::nullopt;
  const std::int64_t row = made.integer(0);
  made.run();
  return row;
}

}  // namespace mfa
