// SPDX-License-Identifier: BSD-3-Clause
//
// The cache's files in the state directory: made 0600, replaced by rename, and
// put aside when they cannot be believed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "agent/base/result.h"
#include "agent/base/unique_fd.h"
#include "agent/store/database.h"

namespace mfa {

inline constexpr char kCacheFile[] = "directory.db";
inline constexpr char kCacheLog[] = "directory.db-wal";
inline constexpr char kCacheLogIndex[] = "directory.db-shm";
inline constexpr char kNewCacheFile[] = "directory.db.new";
inline constexpr char kDamagedCacheFile[] = "directory.db.damaged";
inline constexpr char kDamagedCacheLog[] = "directory.db.damaged-wal";

class CacheFolder {
 public:
  static Result<CacheFolder> open(const std::string& path);

  // The one writing connection to the file in force. Makes an empty file when
  // there is none; puts one aside that is no sound cache, and says so in the
  // log.
  Result<std::unique_ptr<Database>> open_writer() const;
  // The same for a file that this process has just put in force itself.
  Result<std::unique_ptr<Database>> open_own_file() const;
  Result<std::unique_ptr<Database>> open_reader() const;
  // A file that is not in force yet, without tables.
  Result<std::unique_ptr<Database>> make_new_file() const;
  void drop_new_file() const;
  // Most of it is on the disk already.
  Result<> sync_new_file() const;
  // While this is open, the place that the file takes is not freed, which can
  // take a while. Nobody may have it open then or later: closing this drops
  // SQLite's locks on it.
  UniqueFd hold_file_in_force() const;
  // Nobody may have the file in force open, all of its log must be in it, and
  // the new one synced.
  Result<> put_new_file_in_force() const;

  // The file in force goes away, with its log; nobody may have it open.
  Result<> put_aside(const std::string& why) const;

  std::string file(const char* name) const { return path_ + '/' + name; }
  std::uint64_t bytes_on_disk() const;
  // `refused` where the file system has less than `wanted` bytes free: the
  // agent's other state, which sign-ins need, is there too.
  Result<> check_free_space(std::uint64_t wanted) const;

 private:
  void keep_what_restricts(Database& database) const;
  bool exists(const char* name) const;
  std::uint64_t size_of(const char* name) const;
  void remove(const char* name) const;
  Result<> make_empty_cache() const;
  Result<> check_log() const;
  Result<> check_file(Database& database) const;
  Result<> check_what_is_there() const;

  UniqueFd directory_;
  std::string path_;  // without symbolic links, as SQLite wants it
};

}  // namespace mfa
