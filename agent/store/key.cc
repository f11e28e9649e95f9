// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "agent/store/state_directory.h"

namespace mfa {
namespace {

constexpr char kNewKeyName[] = "master.key.new";

// What cannot be examined counts as present: a first start must be sure that
// there is nothing.
bool may_exist(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) == 0) return true;
  return errno != ENOENT && errno != ENOTDIR;
}

// systemd gives credentials to root and lets the service read them by an ACL,
// whose mask shows as the group's permission.
mode_t forbidden_bits(const struct stat& file) {
  const bool is_credential = file.st_uid == 0 && geteuid() != 0;
  return is_credential ? mode_t{S_IWGRP | S_IXGRP | S_IRWXO}
                       : mode_t{S_IRWXG | S_IRWXO};
}

Result<> check_key_file(const std::string& path, const struct stat& file) {
  if (!S_ISREG(file.st_mode)) {
    return error(ErrorKind::refused, path + " is not a regular file");
  }
  if (file.st_uid != geteuid() && file.st_uid != 0) {
    return error(ErrorKind::refused,
                 fmt::format("{0} belongs to uid {1}: chown {2} {0}", path,
                             file.st_uid, geteuid()));
  }
  if ((file.st_mode & forbidden_bits(file)) != 0) {
    return error(
        ErrorKind::refused,
        fmt::format("{0} is open to others (mode {1:o}), so the key may be "
                    "known; close it with: chmod 600 {0}",
                    path, file.st_mode & 07777));
  }
  if (file.st_size != kMasterKeyBytes) {
    return error(ErrorKind::damaged,
                 fmt::format("{} has {} bytes, a master key has {}: restore "
                             "it from a backup",
                             path, file.st_size, kMasterKeyBytes));
  }
  return {};
}

bool write_whole_file(int fd, const void* bytes, std::size_t size) {
  return fchmod(fd, 0600) == 0 &&
         write(fd, bytes, size) == static_cast<ssize_t>(size) && fsync(fd) == 0;
}

}  // namespace

StateFiles find_state(const std::string& state_directory,
                      const std::optional<std::string>& credentials_directory) {
  StateFiles files;
  files.database = may_exist(state_directory + '/' + kDatabaseFileName);
  const std::string beside = state_directory + '/' + kKeyFileName;
  if (may_exist(beside)) files.key_path = beside;
  if (credentials_directory) {
    const std::string credential = *credentials_directory + '/' + kKeyFileName;
    if (may_exist(credential)) files.key_path = credential;
  }
  return files;
}

Result<MasterKey> read_key(const std::string& path) {
  const UniqueFd file(
      open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) {
    const auto kind =
        errno == ENOENT ? ErrorKind::not_found : ErrorKind::refused;
    return error(kind, system_error(path, "the master key cannot be opened"));
  }
  struct stat status {};
  if (fstat(file.get(), &status) != 0) {
    return error(ErrorKind::unavailable, system_error(path, "fstat"));
  }
  if (auto checked = check_key_file(path, status); !checked) {
    return tl::unexpected(checked.error());
  }
  std::array<char, kMasterKeyBytes> bytes{};
  const ssize_t size = read(file.get(), bytes.data(), bytes.size());
  MasterKey key{Secret(std::string_view(bytes.data(), bytes.size())), path};
  wipe(bytes.data(), bytes.size());
  if (size != static_cast<ssize_t>(kMasterKeyBytes)) {
    return error(ErrorKind::unavailable,
                 system_error(path, "the master key cannot be read"));
  }
  return key;
}

Result<MasterKey> create_key(const std::string& state_directory,
                             Random& random) {
  const auto directory = open_state_directory(state_directory);
  if (!directory) return tl::unexpected(directory.error());
  const int dir = directory->get();
  const std::string path = state_directory + '/' + kKeyFileName;
  unlinkat(dir, kNewKeyName, 0);  // of a start that was cut short
  const UniqueFd file(
      openat(dir, kNewKeyName, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) {
    return error(ErrorKind::unavailable,
                 system_error(path, "the master key cannot be created"));
  }
  auto bytes = random.array<kMasterKeyBytes>();
  const bool written = write_whole_file(file.get(), bytes.data(), bytes.size());
  wipe(bytes.data(), bytes.size());
  // The key appears whole or not at all, and never over another.
  if (!written ||
      renameat2(dir, kNewKeyName, dir, kKeyFileName, RENAME_NOREPLACE) != 0) {
    const auto kind =
        errno == EEXIST ? ErrorKind::conflict : ErrorKind::unavailable;
    const std::string what =
        system_error(path, "the master key cannot be created");
    unlinkat(dir, kNewKeyName, 0);
    return error(kind, what);
  }
  if (auto synced = sync_directory(dir, state_directory); !synced) {
    return tl::unexpected(synced.error());
  }
  return read_key(path);
}

}  // namespace mfa
