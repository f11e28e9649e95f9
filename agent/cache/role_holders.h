// SPDX-License-Identifier: BSD-3-Clause
//
// How many people a change of memberships takes a role from, or gives one to:
// the groups that role mappings name and the principals of role assignments
// bear roles, and what is nested in them.
//
// The numbers are for the question whether a change is a mass change. Where
// groups are nested along several ways they may count a person twice.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "agent/cache/keys.h"
#include "agent/cache/meta.h"

namespace mfa {

// Names that role mappings give groups, hashed.
using RoleGroupNames = std::unordered_set<HashedKey, KeyHash>;

// Of one generation that changes the file in force. A group that bore a role
// when it was first met counts as bearing it to the end.
class RoleHolders {
 public:
  RoleHolders(Database& database, const RoleGroupNames& names,
              const CacheCounts& counts, std::int64_t rows_of_change)
      : database_(database),
        names_(names),
        counts_(counts),
        rows_of_change_(rows_of_change) {}

  bool bears_role(const HashedKey& group);
  // What bears a role now, whatever it bore before: the people in it, else 0.
  std::int64_t role_people(const HashedKey& group);
  bool holds_role(const HashedKey& member);
  // People in what the key means, nested ones too; 1 when it is no group. Who
  // would have to count for too long counts everybody.
  std::int64_t people_behind(const HashedKey& key);

  // Before each change of the generation.
  void begin_change();
  // After a change of who is in a group by this name, or of any group's names.
  void members_changed(const HashedKey& name) { inside_.erase(name); }
  void names_changed() { inside_.clear(); }
  // Some numbers are not what was counted: count again when it is over.
  bool is_rough() const { return is_rough_; }

 private:
  // In a group by one of its names.
  struct Inside {
    std::int64_t people = 0;
    std::vector<HashedKey> groups;
  };
  const Inside& inside(const HashedKey& name);

  bool is_named(std::int64_t group);
  bool find_out(const HashedKey& group);
  bool is_principal(const HashedKey& key);

  Database& database_;
  const RoleGroupNames& names_;
  const CacheCounts& counts_;
  const std::int64_t rows_of_change_;
  std::unordered_map<HashedKey, bool, KeyHash> bears_;
  std::unordered_map<HashedKey, Inside, KeyHash> inside_;
  std::int64_t rows_left_ = 0;  // that this change may read
  bool is_rough_ = false;
};

// Fills a temporary table of this name with the keys of all who hold a role in
// a whole file. `schema`: "main", or that of an attached file.
void find_role_holders(Database& database, const RoleGroupNames& names,
                       const std::string& schema, const std::string& table);
// In temp.holders.
std::int64_t count_role_holders(Database& database,
                                const RoleGroupNames& names);

}  // namespace mfa
