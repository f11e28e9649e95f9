// SPDX-License-Identifier: BSD-3-Clause
//
// Opening the state: everything that must be true before the first answer.
// Whatever is wrong, the files stay as they were found, and the error says
// which file and what to do.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "agent/store/database.h"
#include "agent/store/high_water.h"
#include "agent/store/limits.h"
#include "agent/store/schema.h"
#include "agent/store/sqlite_store.h"
#include "agent/store/state_directory.h"
#include "agent/store/state_row.h"
#include "agent/store/wal_file.h"

namespace mfa {
namespace {

constexpr char kLogFileName[] = "state.db-wal";
constexpr char kNewFileName[] = "state.db.new";
constexpr char kNewJournalName[] = "state.db.new-journal";

// The state directory, open and ours.
struct Place {
  UniqueFd directory;
  std::string path;  // without symbolic links, as SQLite wants it

  std::string file(const char* name) const { return path + '/' + name; }
};

tl::unexpected<Error> damaged(const Place& place, const std::string& what) {
  return error(
      ErrorKind::damaged,
      fmt::format("{0}. Nothing was changed. Restore {1} from a backup; or, to "
                  "begin with nobody registered, move {1} and {2} away and run "
                  "mfa-agent --init",
                  what, place.file(kDatabaseFileName),
                  place.file(kLogFileName)));
}

Result<Place> open_place(const std::string& state_directory) {
  auto directory = open_state_directory(state_directory);
  if (!directory) return tl::unexpected(directory.error());
  std::error_code failed;
  const auto path = std::filesystem::canonical(state_directory, failed);
  if (failed) {
    return error(ErrorKind::unavailable,
                 state_directory + ": " + failed.message());
  }
  return Place{std::move(*directory), path.string()};
}

bool exists(const Place& place, const char* name) {
  struct stat status {};
  return fstatat(place.directory.get(), name, &status, AT_SYMLINK_NOFOLLOW) ==
             0 ||
         errno != ENOENT;
}

std::int64_t size_of(const Place& place, const char* name) {
  struct stat status {};
  const int failed =
      fstatat(place.directory.get(), name, &status, AT_SYMLINK_NOFOLLOW);
  return failed ? 0 : status.st_size;
}

// --- making a new one --------------------------------------------------------

Result<> fill_new_database(const Place& place, const Seal& seal,
                           Random& random) {
  auto database = Database::open(place.file(kNewFileName));
  if (!database) return tl::unexpected(database.error());
  if (auto migrated = migrate(**database); !migrated) return migrated;
  insert_state(**database, seal, random);
  if (!(*database)->failed()) return {};
  return error(ErrorKind::unavailable, (*database)->take_failure().message);
}

// Under another name until it is whole: a start that is cut short leaves no
// half of a database.
Result<> create_database(const Place& place, const Seal& seal, Random& random) {
  const int dir = place.directory.get();
  if (exists(place, kLogFileName)) {
    return error(ErrorKind::conflict,
                 fmt::format("{} is there without its database; move it away",
                             place.file(kLogFileName)));
  }
  unlinkat(dir, kNewFileName, 0);
  unlinkat(dir, kNewJournalName, 0);
  {
    const UniqueFd file(
        openat(dir, kNewFileName,
               O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file || fchmod(file.get(), 0600) != 0) {
      return error(ErrorKind::unavailable,
                   system_error(place.file(kNewFileName),
                                "the database cannot be created"));
    }
  }
  if (auto filled = fill_new_database(place, seal, random); !filled) {
    return filled;
  }
  if (renameat2(dir, kNewFileName, dir, kDatabaseFileName, RENAME_NOREPLACE) !=
      0) {
    return error(ErrorKind::unavailable,
                 system_error(place.file(kDatabaseFileName),
                              "the database cannot be created"));
  }
  return sync_directory(dir, place.path);
}

// --- checking what is there --------------------------------------------------

Result<> check_log_file(const Place& place) {
  if (!exists(place, kLogFileName)) return {};
  const int dir = place.directory.get();
  if (auto checked = check_state_file(dir, place.path, kLogFileName);
      !checked) {
    return checked;
  }
  const UniqueFd file(
      openat(dir, kLogFileName, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  std::array<std::uint8_t, kWalHeaderBytes> start{};
  const ssize_t size = file ? read(file.get(), start.data(), start.size()) : -1;
  if (size < 0) {
    return error(ErrorKind::unavailable,
                 system_error(place.file(kLogFileName), "cannot be read"));
  }
  if (is_wal_header({start.data(), static_cast<std::size_t>(size)})) return {};
  return damaged(place, place.file(kLogFileName) +
                            " is not the log of a database; what was written "
                            "last is lost");
}

Result<> check_pages(Database& database, const Place& place) {
  const bool whole =
      size_of(place, kDatabaseFileName) + size_of(place, kLogFileName) <=
      kMaxFullCheckBytes;
  const std::string found = database.pragma(
      whole ? "PRAGMA quick_check(1)" : "PRAGMA quick_check('state')");
  if (database.failed()) {
    const DatabaseFailure failure = database.take_failure();
    if (failure.says_damaged()) return damaged(place, failure.message);
    return error(ErrorKind::unavailable, failure.message);
  }
  if (found == "ok") return {};
  return damaged(place, database.path() + " is corrupt: " + found);
}

// What other failures of a first look mean: the file is no sound database.
Result<> check_content(Database& database, const Place& place) {
  if (auto checked = check_identity(database); !checked) {
    if (checked.error().kind != ErrorKind::damaged) return checked;
    return damaged(place, checked.error().what);
  }
  return check_pages(database, place);
}

void set_up_connection(Database& database) {
  // Nobody else may open it, not even to read (SQLite 3.40 can corrupt a log
  // that two connections write); the log's index is then in our memory.
  database.pragma("PRAGMA locking_mode = EXCLUSIVE");
  database.execute("PRAGMA trusted_schema = OFF");
  database.execute("PRAGMA cell_size_check = ON");
  database.execute("PRAGMA foreign_keys = ON");
  database.pragma("PRAGMA secure_delete = ON");
  database.execute("PRAGMA temp_store = MEMORY");
  database.pragma("PRAGMA mmap_size = 0");
  const std::string cache =
      fmt::format("PRAGMA cache_size = -{}", kPageCacheKib);
  database.execute(cache.c_str());
  const std::string checkpoint =
      fmt::format("PRAGMA wal_autocheckpoint = {}", kCheckpointPages);
  database.pragma(checkpoint.c_str());
}

// A commit that was acknowledged must survive a power cut. Read back: SQLite
// keeps another mode when it cannot have this one, without an error.
Result<> make_durable(Database& database) {
  const std::string journal = database.pragma("PRAGMA journal_mode = WAL");
  database.execute("PRAGMA synchronous = FULL");
  const std::string synchronous = database.pragma("PRAGMA synchronous");
  if (database.failed()) {
    return error(ErrorKind::unavailable, database.take_failure().message);
  }
  constexpr std::string_view kFull = "2";
  if (journal == "wal" && synchronous == kFull) return {};
  return error(ErrorKind::unavailable,
               fmt::format("{}: SQLite uses journal mode {} and synchronous "
                           "{}, not wal and {}: is the file system one that "
                           "can keep a promise?",
                           database.path(), journal, synchronous, kFull));
}

Result<std::unique_ptr<Database>> open_database(const Place& place) {
  const int dir = place.directory.get();
  if (auto checked = check_state_file(dir, place.path, kDatabaseFileName);
      !checked) {
    return tl::unexpected(checked.error());
  }
  if (auto checked = check_log_file(place); !checked) {
    return tl::unexpected(checked.error());
  }
  auto opened = Database::open(place.file(kDatabaseFileName));
  if (!opened) return opened;
  Database& database = **opened;
  if (database.is_read_only()) {
    return error(ErrorKind::unavailable,
                 database.path() +
                     " cannot be written: is its file system "
                     "mounted read-only?");
  }
  set_up_connection(database);
  if (auto sound = check_content(database, place); !sound) {
    return tl::unexpected(sound.error());
  }
  if (auto migrated = migrate(database); !migrated) {
    return tl::unexpected(migrated.error());
  }
  if (auto durable = make_durable(database); !durable) {
    return tl::unexpected(durable.error());
  }
  return opened;
}

// --- is it the newest that was acknowledged? ---------------------------------

Result<> notice_rollback(OpenedState& state, const StateRow& row) {
  state.spent_before = row.spent_before;
  const auto mark = state.high_water->furthest();
  if (!mark || mark->generation <= row.generation) return {};
  Database& database = *state.database;
  record_rollback(database, mark->generation, mark->committed);
  const auto recorded = load_state(database);
  if (database.failed() || !recorded) {
    return error(ErrorKind::unavailable, database.take_failure().message);
  }
  state.spent_before = recorded->spent_before;
  state.rollback = recorded->spent_before;
  return {};
}

Result<OpenedState> open_state(const Place& place, UniqueFd lock, Seal seal,
                               const std::string& key_source,
                               const std::string& runtime_directory) {
  OpenedState state;
  state.lock = std::move(lock);
  state.seal = std::make_unique<Seal>(std::move(seal));
  auto database = open_database(place);
  if (!database) return tl::unexpected(database.error());
  state.database = std::move(*database);
  const auto row = load_state(*state.database);
  if (!row) return damaged(place, state.database->path() + " has no state row");
  if (!is_key_of(*state.seal, *row)) {
    return error(ErrorKind::damaged,
                 fmt::format("the key {} does not belong to the database {}: "
                             "restore both from the same backup",
                             key_source, state.database->path()));
  }
  state.high_water = std::make_unique<HighWater>(
      *state.seal, row->store_id, place.directory.get(), runtime_directory);
  if (auto noticed = notice_rollback(state, *row); !noticed) {
    return tl::unexpected(noticed.error());
  }
  state.database->checkpoint_on_close(true);
  return state;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(
    const Settings& settings, MasterKey key, const Clock& clock, Random& random,
    std::function<void(Error)> on_broken) {
  auto place = open_place(settings.state_directory);
  if (!place) return tl::unexpected(place.error());
  auto lock = lock_state_directory(place->directory.get(), place->path);
  if (!lock) return tl::unexpected(lock.error());
  auto seal = Seal::with_key(std::move(key.bytes));
  if (!seal) return tl::unexpected(seal.error());
  if (!exists(*place, kDatabaseFileName)) {
    if (!settings.may_create) {
      return error(
          ErrorKind::not_found,
          fmt::format("{} is missing: restore it from a backup, or begin with "
                      "nobody registered: mfa-agent --init",
                      place->file(kDatabaseFileName)));
    }
    if (auto created = create_database(*place, *seal, random); !created) {
      return tl::unexpected(created.error());
    }
  }
  auto state = open_state(*place, std::move(*lock), std::move(*seal),
                          key.source, settings.runtime_directory);
  if (!state) return tl::unexpected(state.error());
  return std::make_unique<SqliteStore>(
      std::move(*state), Retention{settings.keep_days, settings.keep_records},
      clock, random, std::move(on_broken));
}

}  // namespace mfa
