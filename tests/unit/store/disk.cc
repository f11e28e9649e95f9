// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/store/disk.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>

namespace mfa::test {
namespace {

constexpr std::size_t kSectorBytes = 512;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void overwrite(std::string& bytes, std::size_t offset, std::string_view with) {
  if (bytes.size() < offset + with.size()) bytes.resize(offset + with.size());
  bytes.replace(offset, with.size(), with);
}

}  // namespace

// SQLite allocates szOsFile bytes: this, then the real file.
struct Disk::File {
  sqlite3_file base;
  Disk* disk;
  std::string* path;  // null for temporary files
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

// The C functions that SQLite calls.
struct Shim {
  using File = Disk::File;

  static File& at(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static sqlite3_file* real(sqlite3_file* file) { return at(file).real(); }
  static Disk& disk(sqlite3_vfs* vfs) {
    return *static_cast<Disk*>(vfs->pAppData);
  }
  static Disk::Medium* medium(sqlite3_file* file) {
    return at(file).path ? &at(file).disk->media_[*at(file).path] : nullptr;
  }

  static int close(sqlite3_file* file) {
    const int code = real(file)->pMethods->xClose(real(file));
    delete at(file).path;
    return code;
  }
  static int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), to, size, at);
  }
  static int write(sqlite3_file* file, const void* from, int size,
                   sqlite3_int64 offset) {
    const int failure = at(file).disk->before_operation(false);
    if (failure != SQLITE_OK) return failure;
    if (auto* on = medium(file)) {
      on->unsynced.push_back(
          {static_cast<std::size_t>(offset),
           {static_cast<const char*>(from), static_cast<std::size_t>(size)},
           false});
    }
    return real(file)->pMethods->xWrite(real(file), from, size, offset);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const int failure = at(file).disk->before_operation(false);
    if (failure != SQLITE_OK) return failure;
    if (auto* on = medium(file)) {
      on->unsynced.push_back({static_cast<std::size_t>(size), {}, true});
    }
    return real(file)->pMethods->xTruncate(real(file), size);
  }
  static int sync(sqlite3_file* file, int flags) {
    const int failure = at(file).disk->before_operation(true);
    if (failure != SQLITE_OK) return failure;
    const int code = real(file)->pMethods->xSync(real(file), flags);
    if (auto* on = medium(file)) {
      for (const auto& change : on->unsynced) {
        if (change.truncates) {
          on->synced.resize(change.offset);
        } else {
          overwrite(on->synced, change.offset, change.bytes);
        }
      }
      on->unsynced.clear();
    }
    return code;
  }
  static int size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
  }
  static int lock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
  }
  static int unlock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
  }
  static int check_lock(sqlite3_file* file, int* result) {
    return real(file)->pMethods->xCheckReservedLock(real(file), result);
  }
  static int control(sqlite3_file* file, int operation, void* argument) {
    if (operation == SQLITE_FCNTL_PRAGMA &&
        at(file).disk->talk_down_synchronous) {
      char** pragma = static_cast<char**>(argument);
      if (std::strcmp(pragma[1], "synchronous") == 0) {
        if (pragma[2]) {
          std::strcpy(pragma[2], "1");
        } else {
          pragma[0] = sqlite3_mprintf("2");
          return SQLITE_OK;
        }
      }
    }
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
  }
  static int sector_size(sqlite3_file* file) {
    return real(file)->pMethods->xSectorSize(real(file));
  }
  static int characteristics(sqlite3_file*) {
    return 0;  // nothing that would let SQLite sync less
  }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file,
                  int flags, int* out_flags) {
    static const sqlite3_io_methods methods = [] {
      sqlite3_io_methods table{};
      table.iVersion = 1;  // no shared memory: the store must not need it
      table.xClose = close;
      table.xRead = read;
      table.xWrite = write;
      table.xTruncate = truncate;
      table.xSync = sync;
      table.xFileSize = size;
      table.xLock = lock;
      table.xUnlock = unlock;
      table.xCheckReservedLock = check_lock;
      table.xFileControl = control;
      table.xSectorSize = sector_size;
      table.xDeviceCharacteristics = characteristics;
      return table;
    }();
    Disk& owner = disk(vfs);
    File& opened = *new (file) File{{nullptr}, &owner, nullptr};
    const int code =
        owner.real_->xOpen(owner.real_, path, opened.real(), flags, out_flags);
    if (code != SQLITE_OK) return code;
    opened.base.pMethods = &methods;
    if (!path) return code;
    opened.path = new std::string(path);
    // What was there before the test counts as on the disk.
    owner.media_.try_emplace(path, Disk::Medium{read_file(path), {}});
    return code;
  }
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_directory) {
    disk(vfs).media_.erase(path);
    return disk(vfs).real_->xDelete(disk(vfs).real_, path, sync_directory);
  }
};

Disk::Disk() : real_(sqlite3_vfs_find(nullptr)) {
  vfs_ = *real_;
  vfs_.zName = "mfa-test-disk";
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  vfs_.pAppData = this;
  vfs_.pNext = nullptr;
  vfs_.xOpen = Shim::open;
  vfs_.xDelete = Shim::remove;
  assert_int_equal(sqlite3_vfs_register(&vfs_, 1), SQLITE_OK);
}

Disk::~Disk() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

void Disk::apply(const Change& change, std::string& bytes,
                 SeededRandom& random) {
  enum { kept, lost, torn };
  switch (random.below(3)) {
    case kept:
      if (change.truncates) {
        bytes.resize(change.offset);
      } else {
        overwrite(bytes, change.offset, change.bytes);
      }
      break;
    case torn:
      for (std::size_t at = 0; at < change.bytes.size(); at += kSectorBytes) {
        if (random.below(2) == 0) continue;
        overwrite(bytes, change.offset + at,
                  std::string_view(change.bytes).substr(at, kSectorBytes));
      }
      break;
    case lost:
    default:
      break;
  }
}

Disk::Images Disk::after_power_cut(SeededRandom& random) const {
  const bool all_is_lost = random.below(4) == 0;
  Images images;
  for (const auto& [path, medium] : media_) {
    std::string bytes = medium.synced;
    for (const auto& change : medium.unsynced) {
      if (!all_is_lost) apply(change, bytes, random);
    }
    images.emplace(path, std::move(bytes));
  }
  return images;
}

}  // namespace mfa::test
