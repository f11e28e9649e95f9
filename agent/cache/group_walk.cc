// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/group_walk.h"

#include "agent/cache/limits.h"

namespace mfa {

std::vector<std::int64_t> groups_by_key(Database& database,
                                        const HashedKey& key) {
  Statement found = database.statement(
      "SELECT grp FROM group_names WHERE key = ? AND is_key");
  found.with(key.blob());
  std::vector<std::int64_t> groups;
  while (found.next()) groups.push_back(found.integer(0));
  return groups;
}

std::vector<HashedKey> keys_of_group(Database& database, std::int64_t group) {
  Statement found = database.statement(
      "SELECT key FROM group_names WHERE grp = ? AND is_key");
  found.with(group);
  std::vector<HashedKey> keys;
  while (found.next()) keys.push_back(from_row(found.view(0)));
  return keys;
}

bool GroupWalk::up_from(const std::vector<HashedKey>& keys) {
  keys_.insert(keys_.end(), keys.begin(), keys.end());
  return climb();
}

bool GroupWalk::up_from_group(std::int64_t group) {
  add_group(group);
  return climb();
}

bool GroupWalk::climb() {
  while (next_ < keys_.size()) {
    if (keys_.size() > kMaxKeysOfPerson) return false;
    const HashedKey member = keys_[next_++];
    if (!add_groups_of(member)) return false;
  }
  return true;
}

void GroupWalk::add_group(std::int64_t group) {
  if (!groups_.insert(group).second) return;
  const auto keys = keys_of_group(database_, group);
  keys_.insert(keys_.end(), keys.begin(), keys.end());
}

bool GroupWalk::add_groups_of(const HashedKey& member) {
  Statement found = database_.statement(
      "SELECT m.grp, n.grp FROM memberships m "
      "JOIN group_names n ON n.key = m.grp AND n.is_key WHERE m.member = ?");
  found.with(member.blob());
  std::vector<std::int64_t> reached;
  std::optional<HashedKey> last;
  while (found.next()) {
    if (++memberships_ > kMaxMembershipsOfPerson) return false;
    const HashedKey key = from_row(found.view(0));
    const std::int64_t group = found.integer(1);
    // Both sides may say the same; rows come in the order of keys.
    if (last == key && reached.back() != group) return false;
    last = key;
    reached.push_back(group);
  }
  for (const std::int64_t group : reached) add_group(group);
  return groups_.size() <= kMaxGroupsOfPerson;
}

}  // namespace mfa
