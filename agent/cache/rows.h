// SPDX-License-Identifier: BSD-3-Clause
//
// Rows that changing a file and loading a new one write alike.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/cache/keys.h"
#include "agent/model/directory_record.h"
#include "agent/store/database.h"

namespace mfa {

// How the table of ambiguous names calls a uid; no account has a space in it.
std::string ambiguous_uid(std::int64_t uid);

// Which record says that a membership is.
inline constexpr int kGroupSays = 0;
inline constexpr int kMemberSays = 1;

// How a group may be called. A display name is for rules only: directories let
// people choose it, so no record means a group by it.
struct GroupName {
  HashedKey key;
  bool is_key = false;
  auto operator<=>(const GroupName&) const = default;
};
using GroupNames = std::vector<GroupName>;  // sorted by key, each once

GroupNames names_of(const DirectoryGroup& group);
// Without the display name, sorted.
std::vector<HashedKey> keys_of(const GroupNames& names);
GroupNames read_group_names(Database& database, std::int64_t group);
void write_group_names(Database& database, std::int64_t group,
                       const GroupNames& names);

std::optional<std::int64_t> find_group_row(Database& database,
                                           const std::string& id);
std::optional<std::int64_t> add_group_row(Database& database,
                                          const std::string& id);

// Calls `visit` for each key of a query "... = ? AND KEY > ? ... ORDER BY KEY
// LIMIT ?", in batches: it may change what the query reads.
template <class Visit>
void for_each_key(Database& database, const char* sql, const HashedKey& of,
                  const Visit& visit) {
  constexpr std::size_t kBatch = 4096;
  std::vector<HashedKey> batch;
  std::string last;  // every key is greater than the empty blob
  do {
    batch.clear();
    {
      Statement rows = database.statement(sql);
      rows.with(of.blob(), Blob{last}, kBatch);
      while (rows.next()) batch.push_back(from_row(rows.view(0)));
    }
    for (const HashedKey& key : batch) visit(key);
    if (!batch.empty()) last = packed({batch.back()});
  } while (batch.size() == kBatch);
}

}  // namespace mfa
