// SPDX-License-Identifier: BSD-3-Clause
//
// When groups are looked up, and what a sign-in gets meanwhile.
#include "agent/directory/group_ids.h"

#include <atomic>
#include <cerrno>
#include <latch>
#include <semaphore>
#include <thread>

#include "tests/check.h"

namespace mfa {
namespace {

using Scope = GroupIdsCache::Scope;

Scope scope_of(std::vector<std::string> groups) {
  MembershipScope scope;
  scope.roles.push_back({"Role", {"admins"}, {}});
  for (std::string& group : groups) scope.groups.push_back({group, group});
  return std::make_shared<const MembershipScope>(std::move(scope));
}

// --- a clock and an NSS of our own; each test sets what it needs -------------

std::atomic<long> seconds{0};
std::chrono::steady_clock::time_point fake_now() {
  return std::chrono::steady_clock::time_point(std::chrono::seconds(seconds));
}

std::atomic<int> lookups{0};
std::atomic<int> failure{0};
std::atomic<gid_t> gid{100};
std::atomic<bool> hangs{false};
std::atomic<std::latch*> hanging{nullptr};
std::counting_semaphore<16> gate{0};

int own_getgrnam_r(const char*, group* entry, char*, size_t, group** found) {
  ++lookups;
  if (hangs) {
    hanging.load()->count_down();
    gate.acquire();
  }
  entry->gr_gid = gid;
  *found = failure == 0 ? entry : nullptr;
  return failure;
}

GroupIdsCache cache_of_own() {
  seconds = 0;
  lookups = failure = 0;
  gid = 100;
  hangs = false;
  nss::Calls calls;
  calls.getgrnam_r = own_getgrnam_r;
  return GroupIdsCache(calls, fake_now);
}

// A refresh that hangs in its first lookup, until the end.
class HangingRefresh {
 public:
  HangingRefresh(GroupIdsCache& cache, const Scope& scope) {
    hanging = &entered_;
    hangs = true;
    assert_true(cache.begin_refresh(scope));
    thread_ = std::thread([&cache, scope] { cache.refresh(scope); });
    entered_.wait();
    hangs = false;
  }
  ~HangingRefresh() { end(); }
  HangingRefresh(const HangingRefresh&) = delete;
  HangingRefresh& operator=(const HangingRefresh&) = delete;

  void end() {
    if (!thread_.joinable()) return;
    gate.release();
    thread_.join();
  }

 private:
  std::latch entered_{1};
  std::thread thread_;
};

bool is_due(GroupIdsCache& cache, const Scope& scope) {
  const bool due = cache.begin_refresh(scope);
  if (due) cache.refresh(scope);
  return due;
}

// --- when --------------------------------------------------------------------

TEST("groups are looked up at the start, each minute and after a reload") {
  GroupIdsCache cache = cache_of_own();
  const Scope scope = scope_of({});
  assert_true(is_due(cache, scope));
  seconds = 59;
  assert_false(is_due(cache, scope));
  seconds = 60;
  assert_true(is_due(cache, scope));
  assert_false(is_due(cache, scope));
  const Scope reloaded = scope_of({});
  assert_true(is_due(cache, reloaded));
}

TEST("after a reload only names that nobody knew are looked up") {
  GroupIdsCache cache = cache_of_own();
  cache.get(scope_of({"staff"}));
  assert_int_equal(lookups, 2);
  const Scope reloaded = scope_of({"staff", "guests"});
  seconds = 59;
  const auto groups = cache.get(reloaded);
  assert_int_equal(lookups, 3);
  assert_true(groups->complete);
  assert_true(groups->by_group.at(0).has_value());
  // What was taken over is as old as it was.
  seconds = 60;
  assert_true(is_due(cache, reloaded));
  assert_int_equal(lookups, 6);
}

TEST("a group that does not exist is asked for once a minute, like others") {
  GroupIdsCache cache = cache_of_own();
  const Scope scope = scope_of({"staff"});
  failure = ENOENT;
  assert_false(cache.get(scope)->complete);
  seconds = 59;
  assert_false(is_due(cache, scope));
  seconds = 60;
  assert_true(is_due(cache, scope));
}

TEST("a lookup that failed is tried again after five seconds, not before") {
  GroupIdsCache cache = cache_of_own();
  const Scope scope = scope_of({"staff"});
  failure = EIO;
  assert_false(cache.get(scope)->complete);
  failure = 0;
  seconds = 4;
  assert_false(is_due(cache, scope));
  assert_false(cache.get(scope)->complete);
  seconds = 5;
  assert_true(is_due(cache, scope));
  assert_true(cache.get(scope)->complete);
}

TEST("R-03: a group that is found to be gone is unknown at once") {
  GroupIdsCache cache = cache_of_own();
  const Scope scope = scope_of({"staff"});
  assert_true(cache.get(scope)->complete);
  failure = ENOENT;
  seconds = 60;
  assert_true(is_due(cache, scope));
  const auto groups = cache.get(scope);
  assert_false(groups->complete);
  assert_false(groups->role_is_complete.at(0));
  assert_false(groups->by_group.at(0).has_value());
}

// --- what a sign-in gets -----------------------------------------------------

TEST("only a sign-in before the first lookup has ended asks NSS itself") {
  GroupIdsCache cache = cache_of_own();
  const Scope scope = scope_of({"staff"});
  assert_int_equal(*cache.get(scope)->by_group.at(0), 100);
  assert_int_equal(lookups, 2);
  for (seconds = 0; seconds < 300; ++seconds) cache.get(scope);
  assert_int_equal(lookups, 2);
}

TEST("while a refresh hangs the last ids serve, and no second one begins") {
  GroupIdsCache cache = cache_of_own();
  const Scope scope = scope_of({"staff"});
  cache.get(scope);
  seconds = 60;
  gid = 200;
  HangingRefresh refresh(cache, scope);
  for (const long now : {60, 120, 299}) {
    seconds = now;
    const auto groups = cache.get(scope);
    assert_true(groups->complete);
    assert_int_equal(*groups->by_group.at(0), 100);
    assert_false(cache.begin_refresh(scope));
  }
  assert_false(cache.begin_refresh(scope_of({})));
  assert_int_equal(lookups, 3);
  refresh.end();
  assert_int_equal(*cache.get(scope)->by_group.at(0), 200);
  assert_int_equal(cache.get(scope)->by_role.at(0).at(0), 200);
}

TEST("ids of five minutes ago are unknown when the refresh still hangs") {
  GroupIdsCache cache = cache_of_own();
  const Scope scope = scope_of({"staff"});
  cache.get(scope);
  seconds = 60;
  HangingRefresh refresh(cache, scope);
  seconds = 300;
  const auto groups = cache.get(scope);
  assert_false(groups->complete);
  assert_true(groups->by_role.at(0).empty());
  assert_false(groups->role_is_complete.at(0));
  assert_int_equal(groups->by_group.size(), 1);
  assert_false(groups->by_group.at(0).has_value());
  // Nobody waited with the refresh, and its end makes them known again.
  assert_int_equal(lookups, 3);
  refresh.end();
  assert_true(cache.get(scope)->complete);
}

TEST("old ids that nobody looks up again are looked up by who needs them") {
  GroupIdsCache cache = cache_of_own();
  const Scope scope = scope_of({});
  cache.get(scope);
  seconds = 300;
  gid = 200;
  assert_int_equal(cache.get(scope)->by_role.at(0).at(0), 200);
}

TEST("a refresh under the rules before hangs; a reload's groups are known") {
  GroupIdsCache cache = cache_of_own();
  const Scope before = scope_of({"staff"}), after = scope_of({"staff"});
  HangingRefresh refresh(cache, before);
  assert_true(cache.get(after)->complete);
  seconds = 300;
  assert_true(cache.get(after)->complete);
}

TEST("a slow refresh does not undo a lookup that began after it") {
  GroupIdsCache cache = cache_of_own();
  const Scope scope = scope_of({"staff"});
  HangingRefresh refresh(cache, scope);
  seconds = 1;
  gid = 200;
  assert_int_equal(*cache.get(scope)->by_group.at(0), 200);
  gid = 100;
  refresh.end();
  assert_int_equal(*cache.get(scope)->by_group.at(0), 200);
}

TEST("a lookup that is stopped ends at its next group, with nothing known") {
  GroupIdsCache cache = cache_of_own();
  const Scope scope = scope_of({"a", "b", "c"});
  HangingRefresh refresh(cache, scope);
  cache.stop();
  refresh.end();
  assert_int_equal(lookups, 1);
  assert_false(cache.get(scope)->complete);
}

}  // namespace
}  // namespace mfa
