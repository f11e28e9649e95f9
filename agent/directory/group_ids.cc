// SPDX-License-Identifier: BSD-3-Clause
#include "agent/directory/group_ids.h"

#include <algorithm>

namespace mfa {
namespace {

bool is_fresh(const GroupIds& groups,
              std::chrono::steady_clock::time_point now) {
  const auto age = groups.complete ? kGroupIdsAge : kFailedGroupIdsAge;
  return now - groups.looked_up < age;
}

}  // namespace

std::shared_ptr<const GroupIds> GroupIdsCache::get(
    const std::shared_ptr<const MembershipScope>& scope) {
  {
    const std::lock_guard lock(mutex_);
    if (latest_ && latest_->scope == scope && is_fresh(*latest_, clock_())) {
      return latest_;
    }
  }
  auto groups = look_up(scope);
  const std::lock_guard lock(mutex_);
  latest_ = groups;
  return groups;
}

std::shared_ptr<const GroupIds> GroupIdsCache::look_up(
    const std::shared_ptr<const MembershipScope>& scope) const {
  auto groups = std::make_shared<GroupIds>();
  groups->scope = scope;
  groups->looked_up = clock_();
  for (const RoleMapping& mapping : scope->roles) {
    std::vector<gid_t>& ids = groups->by_role.emplace_back();
    bool complete = true;
    for (const std::string& name : mapping.groups) {
      const auto id = nss::find_group(calls_, name);
      if (id && *id) {
        ids.push_back(**id);
      } else {
        complete = groups->complete = false;
      }
    }
    std::sort(ids.begin(), ids.end());
    groups->role_is_complete.push_back(complete);
  }
  for (const MembershipScope::Group& named : scope->groups) {
    const auto id = nss::find_group(calls_, named.group);
    groups->by_group.push_back(id ? *id : std::nullopt);
    if (!groups->by_group.back()) groups->complete = false;
  }
  return groups;
}

}  // namespace mfa
