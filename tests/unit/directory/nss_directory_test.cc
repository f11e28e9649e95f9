// SPDX-License-Identifier: BSD-3-Clause
//
// The real NSS of this machine where it can answer; calls of our own where it
// cannot be made to fail, hang or overflow.
#include "agent/directory/nss_directory.h"

#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <future>
#include <latch>
#include <semaphore>
#include <thread>
#include <tuple>

#include "tests/check.h"

namespace mfa {
namespace {

using Answer = Result<std::optional<Person>>;

using Scope = std::shared_ptr<const MembershipScope>;

Scope scope_of(std::string_view text,
               std::vector<MembershipScope::Group> groups = {}) {
  auto config = parse_config(text, "f.yaml");
  if (!config) fail_msg("%s", config.error().what.c_str());
  return std::make_shared<const MembershipScope>(
      MembershipScope{std::move(config->roles), std::move(groups)});
}

Answer find(Directory& directory, const std::string& name, Scope config) {
  auto promise = std::make_shared<std::promise<Answer>>();
  auto answer = promise->get_future();
  directory.find(name, std::move(config), [promise](Answer found) {
    promise->set_value(std::move(found));
  });
  return answer.get();
}

Person person(Directory& directory, const std::string& name, Scope config) {
  const Answer found = find(directory, name, std::move(config));
  if (!found) fail_msg("%s", found.error().what.c_str());
  assert_true(found->has_value());
  return **found;
}

// --- calls of our own; each test sets what it needs --------------------------

std::atomic<long> seconds{0};
std::chrono::steady_clock::time_point fake_now() {
  return std::chrono::steady_clock::time_point(std::chrono::seconds(seconds));
}

std::atomic<int> account_lookups{0};
std::atomic<int> group_lookups{0};
std::atomic<int> membership_lookups{0};
std::atomic<int> account_failure{0};
std::atomic<int> group_failure{0};
std::atomic<bool> group_is_gone{false};
std::atomic<uid_t> account_uid{1000};
std::atomic<int> account_buffer{0};
std::atomic<int> group_buffer{0};
std::atomic<int> membership_errno{0};
std::atomic<int> group_count{2};
std::counting_semaphore<2048> account_gate{0};
std::atomic<bool> account_blocks{false};
std::counting_semaphore<2048> group_gate{0};
std::atomic<bool> group_blocks{false};
std::latch* entered = nullptr;

constexpr gid_t kRoleGid = 4242;

void reset_calls() {
  seconds = 0;
  account_lookups = group_lookups = membership_lookups = 0;
  account_failure = group_failure = membership_errno = 0;
  account_buffer = group_buffer = 0;
  group_is_gone = false;
  account_uid = 1000;
  group_count = 2;
  account_blocks = group_blocks = false;
}

// Knows "ann", also as "ANN", and "spaced", whose real name has a space.
int own_getpwnam_r(const char* name, passwd* entry, char*, size_t size,
                   passwd** found) {
  static char ann[] = "ann", spaced[] = "a b";
  ++account_lookups;
  if (account_blocks) {
    entered->count_down();
    account_gate.acquire();
  }
  *found = nullptr;
  if (account_failure != 0) return account_failure;
  if (size < static_cast<size_t>(account_buffer.load())) return ERANGE;
  if (strcasecmp(name, "ann") == 0 || strcmp(name, "spaced") == 0) {
    entry->pw_name = *name == 's' ? spaced : ann;
    entry->pw_uid = account_uid;
    entry->pw_gid = 1;
    *found = entry;
  }
  return 0;
}

int own_getgrnam_r(const char*, group* entry, char*, size_t size,
                   group** found) {
  ++group_lookups;
  if (group_blocks) {
    entered->count_down();
    group_gate.acquire();
  }
  *found = nullptr;
  if (group_failure != 0) return group_failure;
  if (size < static_cast<size_t>(group_buffer.load())) return ERANGE;
  if (group_is_gone) return 0;
  entry->gr_gid = kRoleGid;
  *found = entry;
  return 0;
}

int own_getgrouplist(const char*, gid_t primary, gid_t* groups, int* count) {
  ++membership_lookups;
  errno = membership_errno;
  const int room = *count;
  *count = group_count;
  for (int i = 0; i < std::min(room, *count); ++i) {
    groups[i] = i == *count - 1 ? kRoleGid : primary;
  }
  return room < *count ? -1 : *count;
}

const nss::Calls kOwnCalls{own_getpwnam_r, own_getgrnam_r, own_getgrouplist};

std::unique_ptr<Directory> own_directory() {
  reset_calls();
  return make_nss_directory(kOwnCalls, fake_now);
}

constexpr char kRole[] = "roles: {User Administrator: {groups: [admins]}}";

// --- the real one ------------------------------------------------------------

TEST("NSS: root is found with uid 0 and, without a mapping, no role") {
  const auto directory = make_nss_directory();
  const Person root = person(*directory, "root", scope_of("{}"));
  assert_string_equal(root.name.str().c_str(), "root");
  assert_int_equal(root.uid, 0);
  assert_true(root.roles.empty());
  assert_true(root.memberships_known());
}

TEST("NSS: who is in a mapped group of this machine holds its role") {
  const auto directory = make_nss_directory();
  const auto config = scope_of(
      "roles:\n"
      "  Global Administrator: {groups: [daemon, root]}\n"
      "  User Administrator: {users: [root]}\n"
      "  Billing Administrator: {groups: [bin], users: [bin]}\n");
  const Person root = person(*directory, "root", config);
  assert_int_equal(root.roles.size(), 2);
  assert_string_equal(root.roles[0].c_str(), "Global Administrator");
  assert_string_equal(root.roles[1].c_str(), "User Administrator");
  assert_true(root.memberships_known());
  const Person bin = person(*directory, "bin", config);
  assert_int_equal(bin.roles.size(), 1);
  const Person games = person(*directory, "games", config);
  assert_true(games.roles.empty());
  assert_true(games.memberships_known());
}

TEST("NSS: an account that does not exist is surely absent") {
  const auto directory = make_nss_directory();
  for (const char* name : {"no-such-account", "", "a b", "root ", "../root",
                           "root:x", "-root", "r\xc3\xb6ot", "0"}) {
    const Answer found = find(*directory, name, scope_of("{}"));
    assert_true(found.has_value());
    assert_false(found->has_value());
  }
}

TEST("NSS: a mapped group that does not exist leaves roles unknown") {
  const auto directory = make_nss_directory();
  const Person root =
      person(*directory, "root",
             scope_of("roles: {A: {groups: [root, no-such-group-here]}, "
                      "B: {groups: [games, no-such-group-here]}, "
                      "C: {groups: [games]}}"));
  assert_false(root.memberships_known());
  assert_int_equal(root.roles.size(), 1);
  assert_string_equal(root.roles[0].c_str(), "A");
  assert_int_equal(root.uncertain_roles.size(), 1);
  assert_string_equal(root.uncertain_roles[0].c_str(), "B");
}

TEST("NSS: of the groups that policies name the person's own are told") {
  const auto directory = make_nss_directory();
  const Person root = person(*directory, "root",
                             scope_of("{}", {{"2e58", "root"},
                                             {"games", "games"},
                                             {"gone", "no-such-group-here"}}));
  assert_int_equal(root.groups.size(), 1);
  assert_string_equal(root.groups[0].c_str(), "2e58");
  assert_int_equal(root.uncertain_groups.size(), 1);
  assert_string_equal(root.uncertain_groups[0].c_str(), "gone");
}

// Lowers the soft limit so that nothing more can be opened.
class NoMoreFiles {
 public:
  NoMoreFiles() {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit none = before_;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoMoreFiles() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST("NSS: without file descriptors nobody is absent and no group is missed") {
  // Not root, whom nss-systemd knows without a file.
  const auto [account, group, groups] = [] {
    const NoMoreFiles limit;
    return std::tuple(nss::find_account({}, "daemon"),
                      nss::find_group({}, "daemon"),
                      nss::groups_of({}, {"daemon", 1, 1}));
  }();
  assert_false(account.has_value());
  assert_non_null(strstr(account.error().what.c_str(), "Too many open files"));
  assert_false(group.has_value());
  assert_false(groups.has_value());
}

// --- what the real one cannot be made to do
// -----------------------------------

TEST("the canonical name is what the directory says, whatever was typed") {
  const auto directory = own_directory();
  const auto config = scope_of("roles: {A: {users: [ann]}, B: {users: [ANN]}}");
  const Person ann = person(*directory, "ANN", config);
  assert_string_equal(ann.name.str().c_str(), "ann");
  assert_int_equal(ann.roles.size(), 1);
  assert_string_equal(ann.roles[0].c_str(), "A");
}

TEST("NSS errors are errors, and only `not found` is an absence") {
  const auto directory = own_directory();
  for (const int failure : {0, ENOENT, ESRCH}) {
    account_failure = failure;
    const Answer found = find(*directory, "bob", scope_of("{}"));
    assert_true(found.has_value() && !found->has_value());
  }
  for (const int failure : {EIO, EMFILE, EAGAIN, ECONNREFUSED, EPERM, EBADF,
                            EINTR, ENOMEM, ERANGE}) {
    account_failure = failure;
    const Answer found = find(*directory, "ann", scope_of("{}"));
    assert_false(found.has_value());
    assert_true(found.error().kind == ErrorKind::unavailable);
  }
}

TEST("R-31: uid 4294967295 and a name that cannot be a key are refused") {
  const auto directory = own_directory();
  assert_false(find(*directory, "spaced", scope_of("{}")).has_value());
  account_uid = 4294967294u;
  assert_true(find(*directory, "ann", scope_of("{}")).has_value());
  account_uid = 4294967295u;
  const Answer found = find(*directory, "ann", scope_of("{}"));
  assert_false(found.has_value());
  assert_non_null(strstr(found.error().what.c_str(), "uid 4294967295"));
}

TEST("an account entry may need a large buffer, within 1 MiB") {
  const auto directory = own_directory();
  account_buffer = 1 << 20;
  assert_true(find(*directory, "ann", scope_of("{}")).has_value());
  account_buffer = (1 << 20) + 1;
  assert_false(find(*directory, "ann", scope_of("{}")).has_value());
}

TEST("R-06: roles are unknown when a group cannot be looked up") {
  const auto directory = own_directory();
  group_failure = EIO;
  const Person ann = person(*directory, "ann", scope_of(kRole));
  assert_false(ann.memberships_known());
  assert_true(ann.roles.empty());
}

TEST("R-03: a mapped group that is gone leaves everybody's roles unknown") {
  const auto directory = own_directory();
  group_is_gone = true;
  const Person ann = person(*directory, "ann", scope_of(kRole));
  assert_false(ann.memberships_known());
}

TEST("groups that NSS surely does not have are named, for whoever may") {
  const auto directory = own_directory();
  Person ann = person(*directory, "ann", scope_of(kRole, {{"2e58", "staff"}}));
  assert_true(ann.groups_not_here->missing.empty());
  group_is_gone = true;
  seconds += 3600;
  ann = person(*directory, "ann", scope_of(kRole, {{"2e58", "staff"}}));
  const std::vector<std::string> both = {"admins", "staff"};
  assert_true(ann.groups_not_here->missing == both);
  assert_true(ann.groups_not_here->silent.empty());
}

TEST("groups that NSS cannot tell about are named apart") {
  const auto directory = own_directory();
  group_failure = EIO;
  const Person ann = person(*directory, "ann", scope_of(kRole));
  assert_true(ann.groups_not_here->missing.empty());
  assert_true(ann.groups_not_here->silent ==
              std::vector<std::string>{"admins"});
  membership_errno = EIO;
  assert_true(person(*directory, "ann", scope_of(kRole)).groups_not_here ==
              nullptr);
}

TEST("R-06: roles are unknown when the list of groups may be partial") {
  const auto directory = own_directory();
  for (const int failure : {EMFILE, ENFILE, ENOMEM, EIO, ETIMEDOUT}) {
    membership_errno = failure;
    assert_false(
        person(*directory, "ann", scope_of(kRole)).memberships_known());
  }
  // What modules leave behind after a lookup that went well.
  for (const int harmless : {ENOENT, ESRCH, EINVAL, ERANGE, ENOTTY}) {
    membership_errno = harmless;
    assert_true(person(*directory, "ann", scope_of(kRole)).memberships_known());
  }
}

TEST("hostile input 83: 65536 groups are all seen, one more is unknown") {
  const auto directory = own_directory();
  for (const int count : {1, 64, 65, 5000, 65536}) {
    group_count = count;
    const Person ann = person(*directory, "ann", scope_of(kRole));
    assert_true(ann.memberships_known());
    assert_int_equal(ann.roles.size(), 1);
  }
  group_count = 65537;
  assert_false(person(*directory, "ann", scope_of(kRole)).memberships_known());
}

TEST("hostile input 83: a mapped group may have a million members") {
  const auto directory = own_directory();
  group_buffer = 32 << 20;
  assert_true(person(*directory, "ann", scope_of(kRole)).memberships_known());
  const auto another = own_directory();
  group_buffer = (64 << 20) + 1;
  assert_false(person(*another, "ann", scope_of(kRole)).memberships_known());
}

TEST("a sign-in costs one lookup, and one more where groups are mapped") {
  const auto directory = own_directory();
  const auto plain = scope_of("roles: {A: {users: [ann]}}");
  const auto mapped = scope_of(kRole);
  for (int i = 0; i < 10; ++i) person(*directory, "ann", plain);
  assert_int_equal(account_lookups, 10);
  assert_int_equal(group_lookups + membership_lookups, 0);
  for (int i = 0; i < 10; ++i) person(*directory, "ann", mapped);
  assert_int_equal(account_lookups, 20);
  assert_int_equal(membership_lookups, 10);
  assert_int_equal(group_lookups, 1);
}

TEST("a minute later groups are looked up again, and no sign-in waits for it") {
  auto directory = own_directory();
  const auto config = scope_of(kRole);
  person(*directory, "ann", config);
  seconds = 60;
  std::latch hangs(1);
  entered = &hangs;
  group_blocks = true;
  directory->keep_fresh(config);
  hangs.wait();
  for (int i = 0; i < 100; ++i) {
    directory->keep_fresh(config);
    const Person ann = person(*directory, "ann", config);
    assert_true(ann.memberships_known());
    assert_string_equal(ann.roles.at(0).c_str(), "User Administrator");
  }
  group_blocks = false;
  group_gate.release();
  directory.reset();
  assert_int_equal(group_lookups, 2);
}

TEST("when every thread hangs, 1024 lookups wait and the next is refused") {
  auto directory = own_directory();
  const auto config = scope_of("{}");
  std::latch all_hang(kLookupThreads);
  entered = &all_hang;
  account_blocks = true;
  std::atomic<int> found{0}, refused{0};
  const auto count = [&](Answer answer) { ++(answer ? found : refused); };
  for (std::size_t i = 0; i < kLookupThreads; ++i) {
    directory->find("ann", config, count);
  }
  all_hang.wait();
  for (std::size_t i = 0; i < kMaxWaitingLookups; ++i) {
    directory->find("ann", config, count);
  }
  assert_int_equal(refused, 0);
  directory->find("ann", config, count);
  assert_int_equal(refused, 1);
  account_blocks = false;
  account_gate.release(kLookupThreads);
  directory.reset();
  assert_int_equal(found + refused, kLookupThreads + kMaxWaitingLookups + 1);
}

TEST("a directory that ends answers what waits and waits for what runs") {
  auto directory = own_directory();
  const auto config = scope_of("{}");
  std::latch all_hang(kLookupThreads);
  entered = &all_hang;
  account_blocks = true;
  std::atomic<int> found{0}, stopped{0};
  for (std::size_t i = 0; i < kLookupThreads + 100; ++i) {
    directory->find("ann", config,
                    [&](Answer answer) { ++(answer ? found : stopped); });
  }
  all_hang.wait();
  std::thread ends([&] { directory.reset(); });
  // Nothing can be answered before a thread comes back.
  assert_int_equal(found + stopped, 0);
  account_blocks = false;
  account_gate.release(kLookupThreads);
  ends.join();
  assert_true(found >= static_cast<int>(kLookupThreads));
  assert_int_equal(found + stopped, kLookupThreads + 100);
}

TEST("signals never interrupt a lookup: its threads block them all") {
  reset_calls();
  static std::atomic<bool> blocked{false};
  nss::Calls calls = kOwnCalls;
  calls.getpwnam_r = [](const char* name, passwd* entry, char* buffer,
                        size_t size, passwd** found) {
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    blocked =
        sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGHUP) == 1;
    return own_getpwnam_r(name, entry, buffer, size, found);
  };
  const auto directory = make_nss_directory(calls, fake_now);
  person(*directory, "ann", scope_of("{}"));
  assert_true(blocked);
  sigset_t mask;
  pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  assert_int_equal(sigismember(&mask, SIGTERM), 0);
}

}  // namespace
}  // namespace mfa
