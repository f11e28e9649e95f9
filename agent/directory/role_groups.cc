// SPDX-License-Identifier: BSD-3-Clause
#include "agent/directory/role_groups.h"

#include <algorithm>

namespace mfa {
namespace {

bool is_fresh(const RoleGroups& groups,
              std::chrono::steady_clock::time_point now) {
  const auto age = groups.complete ? kRoleGroupsAge : kFailedRoleGroupsAge;
  return now - groups.looked_up < age;
}

}  // namespace

std::shared_ptr<const RoleGroups> RoleGroupsCache::get(
    const std::shared_ptr<const Config>& config) {
  {
    const std::lock_guard lock(mutex_);
    if (latest_ && latest_->config == config && is_fresh(*latest_, clock_())) {
      return latest_;
    }
  }
  auto groups = look_up(config);
  const std::lock_guard lock(mutex_);
  latest_ = groups;
  return groups;
}

std::shared_ptr<const RoleGroups> RoleGroupsCache::look_up(
    const std::shared_ptr<const Config>& config) const {
  auto groups = std::make_shared<RoleGroups>();
  groups->config = config;
  groups->looked_up = clock_();
  for (const RoleMapping& mapping : config->roles) {
    std::vector<gid_t>& ids = groups->by_role.emplace_back();
    for (const std::string& name : mapping.groups) {
      const auto id = nss::find_group(calls_, name);
      if (id && *id) {
        ids.push_back(**id);
      } else {
        groups->complete = false;
      }
    }
    std::sort(ids.begin(), ids.end());
  }
  return groups;
}

}  // namespace mfa
