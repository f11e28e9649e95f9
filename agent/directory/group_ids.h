// SPDX-License-Identifier: BSD-3-Clause
//
// The group ids behind the groups that role mappings and policies name. Groups
// are made and removed while the agent runs, so they are looked up again every
// minute; and hundreds of lookups may take longer than a sign-in has time for,
// so that is done in the background, from the start on, and a sign-in takes
// what was found last. Other rules take over what is known of the names that
// they share with those before.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent/directory/directory.h"
#include "agent/directory/nss.h"

namespace mfa {

inline constexpr std::chrono::seconds kGroupIdsAge{60};
// A failure is tried again sooner, but not without a pause in an outage.
inline constexpr std::chrono::seconds kFailedGroupIdsAge{5};
// Ids that are so old are believed no more: looking them up again hangs.
inline constexpr std::chrono::minutes kMaxGroupIdsAge{5};

struct GroupIds {
  std::shared_ptr<const MembershipScope> scope;
  std::chrono::steady_clock::time_point looked_up;  // when that began
  // For each of scope->roles; sorted.
  std::vector<std::vector<gid_t>> by_role;
  // For each of scope->roles: whether all its groups were found.
  std::vector<bool> role_is_complete;
  // For each of scope->groups; nullopt: it could not be looked up.
  std::vector<std::optional<gid_t>> by_group;
  std::shared_ptr<const GroupsNotHere> not_here;  // never nullptr
  // False when a group could not be looked up or does not exist (any more): a
  // directory that is down looks like one whose groups are gone.
  bool complete = true;
  std::map<std::string, gid_t, std::less<>> by_name;  // those that were found
};

// Any thread may call anything; NSS is asked without a lock.
class GroupIdsCache {
 public:
  using Clock = std::chrono::steady_clock::time_point (*)();
  using Scope = std::shared_ptr<const MembershipScope>;
  GroupIdsCache(const nss::Calls& calls, Clock clock)
      : calls_(calls), clock_(clock) {}

  // What was found last. Asks NSS itself, and may block, where that is nothing
  // or too old; but while a refresh hangs, what is too old is unknown: whoever
  // waited for it would hang as well.
  std::shared_ptr<const GroupIds> get(const Scope& scope);

  // Whether it is time to look them up again. Who is told so calls refresh;
  // until that has returned nobody else is told.
  bool begin_refresh(const Scope& scope);
  void refresh(const Scope& scope);

  // Lets a lookup that runs end at its next group.
  void stop() { stopping_ = true; }

 private:
  // `known`: an answer that names are taken from; nullptr: none.
  std::shared_ptr<const GroupIds> look_up(
      const Scope& scope, const std::shared_ptr<const GroupIds>& known) const;
  // nullopt: noted in `not_here`.
  std::optional<gid_t> find(const std::string& name, const GroupIds* known,
                            GroupIds& found, GroupsNotHere& not_here) const;
  // Of other rules, and fresh; nullptr: there is none.
  std::shared_ptr<const GroupIds> predecessor(const Scope& scope) const;
  void keep(std::shared_ptr<const GroupIds> groups);  // under mutex_

  const nss::Calls calls_;
  const Clock clock_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::shared_ptr<const GroupIds> latest_;
  Scope refreshing_;  // nullptr: no refresh runs
};

}  // namespace mfa
