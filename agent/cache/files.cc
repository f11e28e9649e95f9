// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "agent/base/log.h"
#include "agent/cache/keys.h"
#include "agent/cache/limits.h"
#include "agent/cache/schema.h"
#include "agent/cache/write_behind.h"
#include "agent/store/state_directory.h"
#include "agent/store/wal_file.h"

namespace mfa {
namespace {

constexpr char kNewJournal[] = "directory.db.new-journal";
// Nobody holds a lock for longer than a checkpoint of the log.
constexpr std::chrono::seconds kLongestLock{5};

void set_pages(Database& database, int kib) {
  const std::string pragma = fmt::format("PRAGMA cache_size = -{}", kib);
  database.execute(pragma.c_str());
}

void set_up(Database& database, int pages_kib) {
  database.wait_for_locks(kLongestLock);
  database.execute(
      "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
      "PRAGMA secure_delete = OFF; PRAGMA mmap_size = 0;"
      // On disk: what is sorted grows with the directory.
      "PRAGMA temp_store = FILE");
  set_pages(database, pages_kib);
}

Result<> check_pages(Database& database, bool all_of_it) {
  const std::string found = database.pragma(
      all_of_it ? "PRAGMA quick_check(1)" : "PRAGMA quick_check('meta')");
  if (database.failed()) {
    return error(ErrorKind::damaged, database.take_failure().message);
  }
  if (found == "ok") return {};
  return error(ErrorKind::damaged, database.path() + " is corrupt: " + found);
}

// Not FULL: a power cut may take the last commits along, token and all, and
// the connector brings them again.
Result<> keep_a_log(Database& database) {
  const std::string mode = database.pragma("PRAGMA journal_mode = WAL");
  database.execute(
      "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216");
  if (database.failed()) {
    return error(ErrorKind::unavailable, database.take_failure().message);
  }
  if (mode == "wal") return {};
  return error(ErrorKind::unavailable,
               fmt::format("{}: SQLite uses journal mode {}, not wal: readers "
                           "would wait for the connector",
                           database.path(), mode));
}

// What cannot be read of `damaged` is left out.
void keep_disabled(Database& damaged, Database& database) {
  for (const char* sql :
       {"SELECT account, person, since, generation, refused FROM tombstones",
        // Version 1.
        "SELECT account, person, since, generation, 0 FROM tombstones",
        "SELECT account, id, (SELECT committed FROM meta), 0, 0 FROM people "
        "WHERE NOT enabled AND account IS NOT NULL"}) {
    Statement found = damaged.statement(sql);
    while (found.next()) {
      database
          .statement(
              "INSERT OR IGNORE INTO tombstones "
              "(account, person, since, generation, refused) "
              "VALUES (?, ?, ?, ?, ?)")
          .with(found.text(0), found.text(1), found.integer(2),
                found.integer(3), found.integer(4) != 0)
          .run();
    }
    damaged.take_failure();
  }
}

void keep_risky(Database& damaged, Database& database) {
  Statement found = damaged.statement(
      "SELECT person, level, stamp FROM risks WHERE level IN (?, ?)");
  found.with(RiskLevel::medium, RiskLevel::high);
  while (found.next()) {
    database
        .statement(
            "INSERT OR IGNORE INTO risks (person, level, stamp) "
            "VALUES (?, ?, ?)")
        .with(from_row(found.view(0)).blob(), found.integer(1), found.text(2))
        .run();
  }
  damaged.take_failure();
  database.execute(
      "UPDATE meta SET risks = (SELECT count(*) FROM risks);"
      "UPDATE meta SET at_risk = risks, risky = risks");
}

}  // namespace

Result<CacheFolder> CacheFolder::open(const std::string& path) {
  CacheFolder folder;
  auto directory = open_state_directory(path);
  if (!directory) return tl::unexpected(directory.error());
  std::error_code failed;
  folder.directory_ = std::move(*directory);
  folder.path_ = std::filesystem::canonical(path, failed).string();
  if (failed) {
    return error(ErrorKind::unavailable, path + ": " + failed.message());
  }
  return folder;
}

bool CacheFolder::exists(const char* name) const {
  struct stat status {};
  return fstatat(directory_.get(), name, &status, AT_SYMLINK_NOFOLLOW) == 0 ||
         errno != ENOENT;
}

std::uint64_t CacheFolder::size_of(const char* name) const {
  struct stat status {};
  const int failed =
      fstatat(directory_.get(), name, &status, AT_SYMLINK_NOFOLLOW);
  return failed ? 0 : static_cast<std::uint64_t>(status.st_size);
}

std::uint64_t CacheFolder::bytes_on_disk() const {
  return size_of(kCacheFile) + size_of(kCacheLog) + size_of(kNewCacheFile);
}

Result<> CacheFolder::check_free_space(std::uint64_t wanted) const {
  struct statvfs disk {};
  if (fstatvfs(directory_.get(), &disk) != 0) {
    return error(ErrorKind::unavailable, system_error(path_, "fstatvfs"));
  }
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free >= wanted) return {};
  return error(ErrorKind::refused,
               fmt::format("the disk is nearly full: {} has {} MiB free, and "
                           "the central directory leaves {} MiB to others; "
                           "make room there",
                           path_, free >> 20, wanted >> 20));
}

void CacheFolder::remove(const char* name) const {
  unlinkat(directory_.get(), name, 0);
}

void CacheFolder::drop_new_file() const {
  remove(kNewCacheFile);
  remove(kNewJournal);
}

Result<std::unique_ptr<Database>> CacheFolder::make_new_file() const {
  drop_new_file();
  UniqueFd made(openat(directory_.get(), kNewCacheFile,
                       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       0600));
  if (!made || fchmod(made.get(), 0600) != 0) {
    return error(ErrorKind::unavailable,
                 system_error(file(kNewCacheFile), "cannot be created"));
  }
  auto opened = Database::open(file(kNewCacheFile), Database::Access::scratch);
  if (!opened) return opened;
  set_up(**opened, kLoadPagesKib);
  // Worth nothing until it is whole: no journal, and one sync at the end.
  (*opened)->pragma("PRAGMA journal_mode = OFF");
  (*opened)->execute("PRAGMA synchronous = OFF");
  const auto behind = std::make_shared<WriteBehind>(std::move(made));
  (*opened)->while_working([behind] { return behind->step(); });
  return opened;
}

Result<> CacheFolder::sync_new_file() const {
  const UniqueFd made(
      openat(directory_.get(), kNewCacheFile, O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (made && fsync(made.get()) == 0) return {};
  return error(ErrorKind::unavailable,
               system_error(file(kNewCacheFile), "fsync"));
}

UniqueFd CacheFolder::hold_file_in_force() const {
  return UniqueFd(
      openat(directory_.get(), kCacheFile, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
}

Result<> CacheFolder::put_new_file_in_force() const {
  // Before the rename: SQLite would copy a log that it finds beside a file
  // into that file, whichever it belongs to.
  remove(kCacheLog);
  remove(kCacheLogIndex);
  if (renameat(directory_.get(), kNewCacheFile, directory_.get(), kCacheFile) !=
      0) {
    return error(ErrorKind::unavailable,
                 system_error(file(kCacheFile), "cannot be replaced"));
  }
  return sync_directory(directory_.get(), path_);
}

Result<> CacheFolder::make_empty_cache() const {
  {
    auto made = make_new_file();
    if (!made) return tl::unexpected(made.error());
    Database& database = **made;
    database.execute("BEGIN");
    create_cache_tables(database);
    index_people_by_id(database);
    index_memberships(database);
    index_accounts(database);
    keep_what_restricts(database);
    database.execute("COMMIT");
    if (database.failed()) {
      return error(ErrorKind::unavailable, database.take_failure().message);
    }
  }
  if (auto synced = sync_new_file(); !synced) return synced;
  return put_new_file_in_force();
}

Result<> CacheFolder::put_aside(const std::string& why) const {
  log::audit(log::Level::alert,
             fmt::format("the cache of the central directory is put aside as "
                         "{}, and nothing is known of people until the "
                         "connector has brought everything again: {}",
                         file(kDamagedCacheFile), why));
  remove(kDamagedCacheLog);
  const int dir = directory_.get();
  renameat(dir, kCacheLog, dir, kDamagedCacheLog);
  remove(kCacheLogIndex);
  if (renameat(dir, kCacheFile, dir, kDamagedCacheFile) != 0 &&
      errno != ENOENT) {
    return error(ErrorKind::unavailable,
                 system_error(file(kCacheFile), "cannot be put aside"));
  }
  return {};
}

// Nobody is better off because a disk is damaged, or because a later version
// keeps other tables: whoever could not sign in, as far as it can be read,
// stays out until the connector brings the account again; and whoever was at
// risk is.
void CacheFolder::keep_what_restricts(Database& database) const {
  if (!exists(kDamagedCacheFile)) return;
  auto damaged = Database::open(file(kDamagedCacheFile));
  if (!damaged) return;
  keep_disabled(**damaged, database);
  keep_risky(**damaged, database);
}

// SQLite ignores a log that it cannot read, and with it every commit in there.
Result<> CacheFolder::check_log() const {
  if (!exists(kCacheLog)) return {};
  if (auto checked = check_state_file(directory_.get(), path_, kCacheLog);
      !checked) {
    return checked;
  }
  const UniqueFd log(
      openat(directory_.get(), kCacheLog, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  std::array<std::uint8_t, kWalHeaderBytes> start{};
  const ssize_t size = log ? read(log.get(), start.data(), start.size()) : -1;
  if (size < 0) {
    return error(ErrorKind::unavailable,
                 system_error(file(kCacheLog), "cannot be read"));
  }
  if (is_wal_header({start.data(), static_cast<std::size_t>(size)})) return {};
  return error(ErrorKind::damaged, file(kCacheLog) + " is no log of SQLite");
}

Result<> CacheFolder::check_file(Database& database) const {
  if (auto ours = check_cache_identity(database); !ours) return ours;
  return check_pages(database, bytes_on_disk() <= kMaxCheckedBytes);
}

Result<std::unique_ptr<Database>> CacheFolder::open_own_file() const {
  auto opened = Database::open(file(kCacheFile));
  if (!opened) return opened;
  Database& database = **opened;
  set_up(database, kWriterPagesKib);
  if (auto kept = keep_a_log(database); !kept) {
    return tl::unexpected(kept.error());
  }
  create_tables_of_edits(database);
  if (!database.failed()) return opened;
  return error(ErrorKind::unavailable, database.take_failure().message);
}

Result<> CacheFolder::check_what_is_there() const {
  if (auto ours = check_state_file(directory_.get(), path_, kCacheFile);
      !ours) {
    return ours;
  }
  if (auto sound = check_log(); !sound) return sound;
  auto opened = Database::open(file(kCacheFile));
  if (!opened) return tl::unexpected(opened.error());
  set_up(**opened, kWriterPagesKib);
  return check_file(**opened);
}

Result<std::unique_ptr<Database>> CacheFolder::open_writer() const {
  drop_new_file();
  if (exists(kCacheFile)) {
    const auto sound = check_what_is_there();
    if (sound) return open_own_file();
    if (sound.error().kind == ErrorKind::unavailable) {
      return tl::unexpected(sound.error());
    }
    if (auto aside = put_aside(sound.error().what); !aside) {
      return tl::unexpected(aside.error());
    }
  }
  if (auto made = make_empty_cache(); !made) {
    return tl::unexpected(made.error());
  }
  return open_own_file();
}

// It must not write, and least of all checkpoint: SQLite before 3.51.3 can
// corrupt a log that two connections do that to.
Result<std::unique_ptr<Database>> CacheFolder::open_reader() const {
  auto opened = Database::open(file(kCacheFile), Database::Access::read_only);
  if (opened) set_up(**opened, kReaderPagesKib);
  return opened;
}

}  // namespace mfa
