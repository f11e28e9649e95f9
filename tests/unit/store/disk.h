// SPDX-License-Identifier: BSD-3-Clause
//
// A disk that can fail, for SQLite: a VFS in front of the real one. While a
// Disk lives, every database is opened through it; it outlives them. It counts
// what SQLite writes and syncs, fails on demand, and knows at every moment
// which bytes a power cut would leave: what was written and not synced is lost,
// kept or torn, sector by sector.
#pragma once

#include <sqlite3.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/unit/store/fixture.h"

namespace mfa::test {

class Disk {
 public:
  Disk();
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  // Asked before each write, truncation and sync; anything but SQLITE_OK is
  // the error that SQLite gets instead of it.
  std::function<int(bool is_sync)> before_operation = [](bool) {
    return SQLITE_OK;
  };
  // Makes "PRAGMA synchronous = FULL" mean NORMAL and claim to be FULL: the
  // negative control of the power cut test.
  bool talk_down_synchronous = false;

  // What a power cut now would leave of each file.
  using Images = std::map<std::string, std::string>;
  Images after_power_cut(SeededRandom& random) const;

 private:
  struct Change {
    std::size_t offset = 0;
    std::string bytes;
    bool truncates = false;
  };
  struct Medium {
    std::string synced;
    std::vector<Change> unsynced;
  };
  struct File;
  friend struct Shim;

  static void apply(const Change& change, std::string& bytes,
                    SeededRandom& random);

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_{};
  std::map<std::string, Medium> media_;
};

}  // namespace mfa::test
