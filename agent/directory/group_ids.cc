// SPDX-License-Identifier: BSD-3-Clause
#include "agent/directory/group_ids.h"

#include <algorithm>
#include <utility>

namespace mfa {
namespace {

using Time = std::chrono::steady_clock::time_point;

bool is_of(const std::shared_ptr<const GroupIds>& groups,
           const GroupIdsCache::Scope& scope) {
  return groups && groups->scope == scope;
}

bool is_fresh(const GroupIds& groups, Time now) {
  // A group that does not exist is no failure.
  const auto age =
      groups.not_here->silent.empty() ? kGroupIdsAge : kFailedGroupIdsAge;
  return now - groups.looked_up < age;
}

void sort_once(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

std::shared_ptr<const GroupIds> all_unknown(const GroupIdsCache::Scope& scope) {
  auto groups = std::make_shared<GroupIds>();
  auto not_here = std::make_shared<GroupsNotHere>();
  groups->scope = scope;
  groups->by_role.resize(scope->roles.size());
  for (const RoleMapping& mapping : scope->roles) {
    groups->role_is_complete.push_back(mapping.groups.empty());
    not_here->silent.insert(not_here->silent.end(), mapping.groups.begin(),
                            mapping.groups.end());
  }
  for (const MembershipScope::Group& named : scope->groups) {
    not_here->silent.push_back(named.group);
  }
  groups->by_group.resize(scope->groups.size());
  groups->complete = false;
  sort_once(not_here->silent);
  groups->not_here = std::move(not_here);
  return groups;
}

}  // namespace

std::shared_ptr<const GroupIds> GroupIdsCache::get(const Scope& scope) {
  {
    const std::lock_guard lock(mutex_);
    if (is_of(latest_, scope)) {
      if (clock_() - latest_->looked_up < kMaxGroupIdsAge) return latest_;
      if (refreshing_ == scope) return all_unknown(scope);
    }
  }
  auto groups = look_up(scope, predecessor(scope));
  const std::lock_guard lock(mutex_);
  keep(groups);
  return groups;
}

bool GroupIdsCache::begin_refresh(const Scope& scope) {
  const std::lock_guard lock(mutex_);
  if (refreshing_) return false;
  if (is_of(latest_, scope) && is_fresh(*latest_, clock_())) return false;
  refreshing_ = scope;
  return true;
}

void GroupIdsCache::refresh(const Scope& scope) {
  auto groups = look_up(scope, predecessor(scope));
  const std::lock_guard lock(mutex_);
  keep(std::move(groups));
  refreshing_.reset();
}

// A slow lookup does not undo a later one that was quicker.
void GroupIdsCache::keep(std::shared_ptr<const GroupIds> groups) {
  if (is_of(latest_, groups->scope) && groups->looked_up < latest_->looked_up) {
    return;
  }
  latest_ = std::move(groups);
}

std::shared_ptr<const GroupIds> GroupIdsCache::predecessor(
    const Scope& scope) const {
  const std::lock_guard lock(mutex_);
  if (!latest_ || latest_->scope == scope) return nullptr;
  return is_fresh(*latest_, clock_()) ? latest_ : nullptr;
}

std::shared_ptr<const GroupIds> GroupIdsCache::look_up(
    const Scope& scope, const std::shared_ptr<const GroupIds>& known) const {
  auto groups = std::make_shared<GroupIds>();
  groups->scope = scope;
  // As old as the oldest of what it holds.
  groups->looked_up = known ? known->looked_up : clock_();
  auto not_here = std::make_shared<GroupsNotHere>();
  for (const RoleMapping& mapping : scope->roles) {
    std::vector<gid_t>& ids = groups->by_role.emplace_back();
    bool complete = true;
    for (const std::string& name : mapping.groups) {
      const auto id = find(name, known.get(), *groups, *not_here);
      if (id) {
        ids.push_back(*id);
      } else {
        complete = groups->complete = false;
      }
    }
    std::sort(ids.begin(), ids.end());
    groups->role_is_complete.push_back(complete);
  }
  for (const MembershipScope::Group& named : scope->groups) {
    groups->by_group.push_back(
        find(named.group, known.get(), *groups, *not_here));
    if (!groups->by_group.back()) groups->complete = false;
  }
  sort_once(not_here->missing);
  sort_once(not_here->silent);
  groups->not_here = std::move(not_here);
  return groups;
}

std::optional<gid_t> GroupIdsCache::find(const std::string& name,
                                         const GroupIds* known, GroupIds& found,
                                         GroupsNotHere& not_here) const {
  if (known) {
    const auto earlier = known->by_name.find(name);
    if (earlier != known->by_name.end()) {
      found.by_name.insert(*earlier);
      return earlier->second;
    }
  }
  if (stopping_) {
    not_here.silent.push_back(name);
    return std::nullopt;
  }
  const auto id = nss::find_group(calls_, name);
  if (!id || !*id) {
    (id ? not_here.missing : not_here.silent).push_back(name);
    return std::nullopt;
  }
  found.by_name.emplace(name, **id);
  return *id;
}

}  // namespace mfa
