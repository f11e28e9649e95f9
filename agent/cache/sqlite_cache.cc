// SPDX-License-Identifier: BSD-3-Clause
//
// The cache as others see it: questions are answered on the thread that asks,
// changes are made on one of its own.
#include <atomic>
#include <mutex>
#include <utility>

#include "agent/cache/cache.h"
#include "agent/cache/cache_writer.h"
#include "agent/cache/files.h"
#include "agent/cache/limits.h"
#include "agent/cache/lookup.h"
#include "agent/cache/readers.h"
#include "agent/cache/scope_groups.h"
#include "agent/cache/status.h"
#include "agent/cache/work_queue.h"

namespace mfa {
namespace {

// Of every group that a rule asks about: by a role, or by name.
RoleGroupNames role_groups_of(const MembershipScope& scope) {
  RoleGroupNames names;
  for (const MembershipScope::Group& group : scope.groups) {
    names.insert(hashed(group.written));
    names.insert(hashed(group.group));
  }
  for (const RoleMapping& mapping : scope.roles) {
    for (const std::string& group : mapping.groups) {
      names.insert(hashed(group));
    }
  }
  return names;
}

tl::unexpected<Error> too_much_waits() {
  return error(ErrorKind::unavailable,
               "more changes of the directory wait than can be made; try again "
               "in a moment");
}

class SqliteDirectoryCache final : public DirectoryCache {
 public:
  SqliteDirectoryCache(CacheFolder folder, const Clock& clock,
                       const CacheLimits& limits)
      : folder_(std::move(folder)),
        clock_(clock),
        readers_(folder_),
        writer_(folder_, readers_, clock, limits) {}

  // Before anybody else has the cache.
  Result<> open() {
    auto opened = writer_.open();
    epoch_ = writer_.epoch();
    return opened;
  }

  Result<CacheAnswer> find(const CacheQuestion& question,
                           Instant now) override {
    const CacheAges ages = settings().ages;
    return read<CacheAnswer>([&](Database& database) {
      return look_up(database, scopes_, ages, question, now);
    });
  }

  Result<Unresolved> unresolved(const MembershipScope& scope) override {
    return read<Unresolved>(
        [&](Database& database) { return unresolved_names(database, scope); });
  }

  Result<CacheStatus> status(Instant now) override {
    const CacheAges ages = settings().ages;
    auto status = read<CacheStatus>(
        [&](Database& database) { return read_status(database, ages, now); });
    if (status) status->bytes_on_disk = folder_.bytes_on_disk();
    return status;
  }

  void begin(BeginGeneration wanted, Done<std::uint64_t> done) override {
    write(std::move(done),
          [this, wanted = std::move(wanted)] { return writer_.begin(wanted); });
  }

  void apply(std::uint64_t generation, Change change,
             Done<void> done) override {
    // Shared, because a step may be copied and a change is large.
    auto shared = std::make_shared<const Change>(std::move(change));
    write(std::move(done), [this, generation, shared] {
      return writer_.apply(generation, *shared);
    });
  }

  void commit(std::uint64_t generation, CommitGeneration how,
              Done<CacheStatus> done) override {
    write(std::move(done),
          [this, generation, how = std::move(how)]() -> Result<CacheStatus> {
            const Settings now = settings();
            auto committed =
                writer_.commit(generation, how, now.mass_change, now.ages);
            epoch_ = writer_.epoch();
            if (!committed) return tl::unexpected(committed.error());
            return status(clock_.now().wall);
          });
  }

  void abort(std::uint64_t generation) override {
    queue_.must_add([this, generation] { writer_.abort(generation); });
  }

  void note_refusals(std::uint64_t generation,
                     std::vector<std::string> refusals) override {
    queue_.must_add([this, generation, refusals = std::move(refusals)] {
      writer_.note_refusals(generation, refusals);
    });
  }

  void up_to_date(std::string source, DirectoryKinds kinds,
                  Done<void> done) override {
    write(std::move(done), [this, source = std::move(source), kinds] {
      return writer_.up_to_date(source, kinds);
    });
  }

  void accept_held(Instant since, Done<HeldChange> done) override {
    write(std::move(done),
          [this, since] { return writer_.accept_held(since); });
  }

  void forget_account(std::string account, Done<bool> done) override {
    write(std::move(done), [this, account = std::move(account)] {
      return writer_.forget_account(account);
    });
  }

  void forget_kind(DirectoryKind kind, Done<bool> done) override {
    write(std::move(done), [this, kind] { return writer_.forget_kind(kind); });
  }

  void configure(const CacheAges& ages, const MassChangeLimit& limit,
                 std::shared_ptr<const MembershipScope> scope) override {
    {
      const std::lock_guard lock(mutex_);
      settings_ = {ages, limit};
    }
    if (!scope) return;
    queue_.must_add([this, scope = std::move(scope)] {
      writer_.set_role_groups(role_groups_of(*scope));
    });
  }

 private:
  struct Settings {
    CacheAges ages;
    MassChangeLimit mass_change;
  };

  Settings settings() {
    const std::lock_guard lock(mutex_);
    return settings_;
  }

  template <class T, class Read>
  Result<T> read(const Read& read_from) {
    const std::uint64_t epoch = epoch_;
    std::optional<Error> failed;
    {
      auto reader = readers_.borrow();
      if (!reader) return tl::unexpected(reader.error());
      Database& database = **reader;
      T answer = read_from(database);
      if (!database.failed()) return answer;
      failed = to_error(*database.failure());
    }
    if (failed->kind == ErrorKind::damaged) {
      queue_.must_add([this, epoch, why = failed->what] {
        writer_.start_anew(epoch, why);
        epoch_ = writer_.epoch();
      });
    }
    return tl::unexpected(*failed);
  }

  template <class T, class Step>
  void write(Done<T> done, Step step) {
    auto shared = std::make_shared<Done<T>>(std::move(done));
    if (!queue_.add([this, shared, step = std::move(step)] {
          auto result = step();
          epoch_ = writer_.epoch();
          (*shared)(std::move(result));
        })) {
      (*shared)(too_much_waits());
    }
  }

  const CacheFolder folder_;
  const Clock& clock_;
  Readers readers_;
  LatestScopeGroups scopes_;
  CacheWriter writer_;  // on the queue's thread only
  std::atomic<std::uint64_t> epoch_{0};
  std::mutex mutex_;
  Settings settings_;
  WorkQueue queue_;  // last: its thread ends before anything else does
};

}  // namespace

Result<std::unique_ptr<DirectoryCache>> open_directory_cache(
    const std::string& folder, const Clock& clock, const CacheLimits& limits) {
  auto opened = CacheFolder::open(folder);
  if (!opened) return tl::unexpected(opened.error());
  Database::keep_temporary_files_in(folder);
  auto cache =
      std::make_unique<SqliteDirectoryCache>(std::move(*opened), clock, limits);
  if (auto ready = cache->open(); !ready) {
    return tl::unexpected(ready.error());
  }
  return cache;
}

Result<std::unique_ptr<DirectoryCache>> open_directory_cache(
    const std::string& folder, const Clock& clock) {
  return open_directory_cache(folder, clock, CacheLimits());
}

}  // namespace mfa
