// SPDX-License-Identifier: BSD-3-Clause
//
// The group ids behind the role mapping of a configuration. They are looked
// up again every minute, because groups are made and removed while the agent
// runs.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "agent/config/config.h"
#include "agent/directory/nss.h"

namespace mfa {

inline constexpr std::chrono::seconds kRoleGroupsAge{60};
// A failure is tried again sooner, but not by every sign-in of an outage.
inline constexpr std::chrono::seconds kFailedRoleGroupsAge{5};

struct RoleGroups {
  std::shared_ptr<const Config> config;
  std::chrono::steady_clock::time_point looked_up;
  // For each of config->roles; sorted.
  std::vector<std::vector<gid_t>> by_role;
  // False when a group could not be looked up or does not exist (any more): a
  // directory that is down looks like one whose groups are gone.
  bool complete = true;
};

class RoleGroupsCache {
 public:
  using Clock = std::chrono::steady_clock::time_point (*)();
  RoleGroupsCache(const nss::Calls& calls, Clock clock)
      : calls_(calls), clock_(clock) {}

  // Any thread. May block in NSS, and holds no lock while it does.
  std::shared_ptr<const RoleGroups> get(
      const std::shared_ptr<const Config>& config);

 private:
  std::shared_ptr<const RoleGroups> look_up(
      const std::shared_ptr<const Config>& config) const;

  const nss::Calls calls_;
  const Clock clock_;
  std::mutex mutex_;
  std::shared_ptr<const RoleGroups> latest_;
};

}  // namespace mfa
