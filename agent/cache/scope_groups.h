// SPDX-License-Identifier: BSD-3-Clause
//
// What the group names of the rules mean in one generation of the directory.
// Looked up once for each generation, not at each sign-in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/cache/cache.h"
#include "agent/store/database.h"

namespace mfa {

struct ScopeGroups {
  std::shared_ptr<const MembershipScope> scope;
  std::uint64_t generation = 0;
  // From a group's row to where the scope names it.
  std::unordered_multimap<std::int64_t, std::size_t> groups, roles;
  // Of scope->groups: names that mean several groups.
  std::vector<std::size_t> ambiguous_groups;
  bool role_is_ambiguous = false;
  std::shared_ptr<const UnresolvedGroups> unresolved;
};

// A reader in a transaction.
ScopeGroups resolve_scope(Database& database,
                          std::shared_ptr<const MembershipScope> scope,
                          std::uint64_t generation);
DirectoryCache::Unresolved unresolved_names(Database& database,
                                            const MembershipScope& scope);

// Remembers the last answer. Any thread.
class LatestScopeGroups {
 public:
  std::shared_ptr<const ScopeGroups> get(
      Database& database, const std::shared_ptr<const MembershipScope>& scope,
      std::uint64_t generation);

 private:
  std::mutex mutex_;
  std::shared_ptr<const ScopeGroups> latest_;
};

}  // namespace mfa
