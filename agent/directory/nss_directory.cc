// SPDX-License-Identifier: BSD-3-Clause
#include "agent/directory/nss_directory.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>

#include "agent/base/escape.h"

namespace mfa {
namespace {

// (uid_t)-1 means "no change" to chown and setreuid: no account has it.
constexpr uid_t kNoUid = std::numeric_limits<uid_t>::max();

bool holds(const RoleMapping& mapping, const std::vector<gid_t>& role_groups,
           const UserName& name, const std::vector<gid_t>& groups) {
  const auto in_role = [&](gid_t id) {
    return std::binary_search(role_groups.begin(), role_groups.end(), id);
  };
  return std::find(mapping.users.begin(), mapping.users.end(), name) !=
             mapping.users.end() ||
         std::any_of(groups.begin(), groups.end(), in_role);
}

// Whether anything depends on the groups of people.
bool needs_groups(const MembershipScope& scope) {
  return !scope.groups.empty() ||
         std::any_of(scope.roles.begin(), scope.roles.end(),
                     [](const RoleMapping& mapping) {
                       return !mapping.groups.empty();
                     });
}

using SteadyClock = std::chrono::steady_clock;

class NssDirectory final : public Directory {
 public:
  NssDirectory(const nss::Calls& calls, GroupIdsCache::Clock clock)
      : calls_(calls), group_ids_(calls, clock) {
    // Signals belong to the server's thread.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (std::size_t i = 0; i < kLookupThreads; ++i) {
      threads_.emplace_back([this] { serve(); });
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  ~NssDirectory() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    group_ids_.stop();
    waiting_changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void find(std::string name, std::shared_ptr<const MembershipScope> scope,
            Found done) override {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() < kMaxWaitingLookups) {
        waiting_.push_back({std::move(name), std::move(scope), std::move(done),
                            SteadyClock::now()});
        waiting_changed_.notify_one();
        return;
      }
    }
    done(error(ErrorKind::unavailable,
               fmt::format("{} lookups of accounts wait already; see whether "
                           "`getent passwd` answers",
                           kMaxWaitingLookups)));
  }

  // It waits beside the limit: there is never more than one.
  void keep_fresh(std::shared_ptr<const MembershipScope> scope) override {
    if (!needs_groups(*scope) || !group_ids_.begin_refresh(scope)) return;
    const std::lock_guard lock(mutex_);
    waiting_.push_back({{}, std::move(scope), nullptr, SteadyClock::now()});
    waiting_changed_.notify_one();
  }

 private:
  // Of a person; or, without `done`, of the group ids of a scope.
  struct Lookup {
    std::string name;
    std::shared_ptr<const MembershipScope> scope;
    Found done;
    SteadyClock::time_point asked;
  };

  // Nobody waits any more for what has waited so long.
  static bool is_late(const Lookup& lookup) {
    return SteadyClock::now() - lookup.asked >= kLookupDeadline;
  }

  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      waiting_changed_.wait(lock,
                            [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      Lookup lookup = std::move(waiting_.front());
      waiting_.pop_front();
      const bool stopping = stopping_;
      lock.unlock();
      run(lookup, stopping);
      lookup = {};
      lock.lock();
    }
  }

  void run(const Lookup& lookup, bool stopping) {
    if (!lookup.done) return group_ids_.refresh(lookup.scope);
    if (stopping || is_late(lookup)) {
      lookup.done(error(ErrorKind::unavailable,
                        stopping ? "the agent is stopping; try again"
                                 : "the lookup waited too long"));
    } else {
      lookup.done(look_up(lookup.name, lookup.scope));
    }
  }

  Result<std::optional<Person>> look_up(
      const std::string& name,
      const std::shared_ptr<const MembershipScope>& scope) {
    if (!UserName::parse(name)) return std::nullopt;
    const auto account = nss::find_account(calls_, name);
    if (!account) return tl::unexpected(account.error());
    if (!*account) return std::nullopt;
    auto canonical = UserName::parse((*account)->name);
    if (!canonical || (*account)->uid == kNoUid) {
      return error(
          ErrorKind::unavailable,
          fmt::format("account {} is {} with uid {} in the directory, "
                      "which no account may be; mend it there",
                      quoted(name), quoted((*account)->name), (*account)->uid));
    }
    Person person{std::move(*canonical), (*account)->uid, {}, {}, {}, {}};
    add_memberships(person, **account, scope);
    return person;
  }

  void add_memberships(Person& person, const nss::Account& account,
                       const std::shared_ptr<const MembershipScope>& scope) {
    if (!needs_groups(*scope)) {
      add_roles(person, *scope, nullptr, std::vector<gid_t>());
      person.groups_not_here = std::make_shared<const GroupsNotHere>();
      return;
    }
    const auto ids = group_ids_.get(scope);
    auto groups = nss::groups_of(calls_, account);
    if (groups) {
      std::sort(groups->begin(), groups->end());
      person.groups_not_here = ids->not_here;
    }
    add_roles(person, *scope, ids.get(), groups);
    add_groups(person, *scope, *ids, groups);
  }

  using Groups = Result<std::vector<gid_t>>;

  static void add_roles(Person& person, const MembershipScope& scope,
                        const GroupIds* ids, const Groups& groups) {
    const std::vector<gid_t> none;
    for (std::size_t i = 0; i < scope.roles.size(); ++i) {
      const RoleMapping& mapping = scope.roles[i];
      if (holds(mapping, ids ? ids->by_role[i] : none, person.name,
                groups ? *groups : none)) {
        person.roles.push_back(mapping.role);
      } else if (!mapping.groups.empty() &&
                 (!groups || !ids || !ids->role_is_complete[i])) {
        person.uncertain_roles.push_back(mapping.role);
      }
    }
  }

  static void add_groups(Person& person, const MembershipScope& scope,
                         const GroupIds& ids, const Groups& groups) {
    for (std::size_t i = 0; i < scope.groups.size(); ++i) {
      const std::string& written = scope.groups[i].written;
      const auto& id = ids.by_group[i];
      if (!groups || !id) {
        person.uncertain_groups.push_back(written);
      } else if (std::binary_search(groups->begin(), groups->end(), *id)) {
        person.groups.push_back(written);
      }
    }
  }

  const nss::Calls calls_;
  GroupIdsCache group_ids_;
  std::mutex mutex_;
  std::condition_variable waiting_changed_;
  std::deque<Lookup> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Directory> make_nss_directory(const nss::Calls& calls,
                                              GroupIdsCache::Clock clock) {
  return std::make_unique<NssDirectory>(calls, clock);
}

std::unique_ptr<Directory> make_nss_directory() {
  return make_nss_directory({},
                            [] { return std::chrono::steady_clock::now(); });
}

}  // namespace mfa
