// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/scope_groups.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>
#include <utility>

#include "agent/cache/keys.h"

namespace mfa {
namespace {

struct Rows : std::vector<std::int64_t> {
  bool are_displayed = false;  // so called, but by no key
};

// A name that directories make or keep unique themselves: an object id, a
// security identifier, a distinguished name.
bool is_unique_by_nature(const std::string& name) {
  constexpr std::string_view kUuid = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  const auto fits = [](char c, char pattern) {
    return pattern == '-' ? c == '-'
                          : std::isxdigit(static_cast<unsigned char>(c)) != 0;
  };
  return name.find('=') != std::string::npos || name.starts_with("S-1-") ||
         std::equal(name.begin(), name.end(), kUuid.begin(), kUuid.end(), fits);
}

// Two are enough to know that there are several. What a group displays takes no
// id's place: people choose it. But neither does a key that is no more than a
// word: who makes a group of that name takes over no other group's rules.
Rows groups_called(Database& database, const std::string& name) {
  Statement found = database.statement(
      "SELECT grp, is_key FROM group_names WHERE key = ?1 AND is_key >= ?2 * "
      "(SELECT max(is_key) FROM group_names WHERE key = ?1) LIMIT 2");
  found.with(hashed(name).blob(), is_unique_by_nature(name));
  Rows rows;
  rows.are_displayed = true;
  while (found.next()) {
    rows.push_back(found.integer(0));
    if (found.integer(1) != 0) rows.are_displayed = false;
  }
  if (rows.empty()) rows.are_displayed = false;
  return rows;
}

// As written; only where the directory has nothing of that name, the group of
// this machine that it stands for.
Rows groups_called(Database& database, const MembershipScope::Group& group) {
  Rows rows = groups_called(database, group.written);
  return rows.empty() ? groups_called(database, group.group) : rows;
}

}  // namespace

ScopeGroups resolve_scope(Database& database,
                          std::shared_ptr<const MembershipScope> scope,
                          std::uint64_t generation) {
  ScopeGroups resolved;
  resolved.unresolved = std::make_shared<const UnresolvedGroups>(
      unresolved_names(database, *scope));
  for (std::size_t i = 0; i < scope->groups.size(); ++i) {
    const Rows rows = groups_called(database, scope->groups[i]);
    if (rows.size() > 1) resolved.ambiguous_groups.push_back(i);
    if (rows.size() == 1) resolved.groups.emplace(rows[0], i);
  }
  for (std::size_t i = 0; i < scope->roles.size(); ++i) {
    for (const std::string& name : scope->roles[i].groups) {
      const Rows rows = groups_called(database, name);
      if (rows.size() > 1) resolved.role_is_ambiguous = true;
      if (rows.size() == 1) resolved.roles.emplace(rows[0], i);
    }
  }
  resolved.scope = std::move(scope);
  resolved.generation = generation;
  return resolved;
}

DirectoryCache::Unresolved unresolved_names(Database& database,
                                            const MembershipScope& scope) {
  std::set<std::string> unknown;
  std::set<std::string> ambiguous;
  std::set<std::string> displayed;
  const auto note = [&](const std::string& name, const Rows& rows) {
    if (rows.empty()) unknown.insert(name);
    if (rows.size() > 1) ambiguous.insert(name);
    if (rows.are_displayed) displayed.insert(name);
  };
  for (const auto& group : scope.groups) {
    note(group.written, groups_called(database, group));
  }
  for (const RoleMapping& mapping : scope.roles) {
    for (const std::string& name : mapping.groups) {
      note(name, groups_called(database, name));
    }
  }
  return {{unknown.begin(), unknown.end()},
          {ambiguous.begin(), ambiguous.end()},
          {displayed.begin(), displayed.end()}};
}

std::shared_ptr<const ScopeGroups> LatestScopeGroups::get(
    Database& database, const std::shared_ptr<const MembershipScope>& scope,
    std::uint64_t generation) {
  {
    const std::lock_guard lock(mutex_);
    if (latest_ && latest_->scope == scope &&
        latest_->generation == generation) {
      return latest_;
    }
  }
  auto resolved = std::make_shared<const ScopeGroups>(
      resolve_scope(database, scope, generation));
  if (database.failed()) return resolved;
  const std::lock_guard lock(mutex_);
  latest_ = resolved;
  return resolved;
}

}  // namespace mfa
