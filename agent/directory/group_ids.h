// SPDX-License-Identifier: BSD-3-Clause
//
// The group ids behind the groups that role mappings and policies name. They
// are looked up again every minute, because groups are made and removed while
// the agent runs.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "agent/directory/directory.h"
#include "agent/directory/nss.h"

namespace mfa {

inline constexpr std::chrono::seconds kGroupIdsAge{60};
// A failure is tried again sooner, but not by every sign-in of an outage.
inline constexpr std::chrono::seconds kFailedGroupIdsAge{5};

struct GroupIds {
  std::shared_ptr<const MembershipScope> scope;
  std::chrono::steady_clock::time_point looked_up;
  // For each of scope->roles; sorted.
  std::vector<std::vector<gid_t>> by_role;
  // For each of scope->roles: whether all its groups were found.
  std::vector<bool> role_is_complete;
  // For each of scope->groups; nullopt: it could not be looked up.
  std::vector<std::optional<gid_t>> by_group;
  // False when a group could not be looked up or does not exist (any more): a
  // directory that is down looks like one whose groups are gone.
  bool complete = true;
};

class GroupIdsCache {
 public:
  using Clock = std::chrono::steady_clock::time_point (*)();
  GroupIdsCache(const nss::Calls& calls, Clock clock)
      : calls_(calls), clock_(clock) {}

  // Any thread. May block in NSS, and holds no lock while it does.
  std::shared_ptr<const GroupIds> get(
      const std::shared_ptr<const MembershipScope>& scope);

 private:
  std::shared_ptr<const GroupIds> look_up(
      const std::shared_ptr<const MembershipScope>& scope) const;

  const nss::Calls calls_;
  const Clock clock_;
  std::mutex mutex_;
  std::shared_ptr<const GroupIds> latest_;
};

}  // namespace mfa
