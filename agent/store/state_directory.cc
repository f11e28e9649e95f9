// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/state_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "agent/base/escape.h"

namespace mfa {
namespace {

constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
constexpr char kLockName[] = "lock";

Result<> check_owner_and_mode(const std::string& path, const struct stat& file,
                              const char* right_mode) {
  if (file.st_uid != geteuid()) {
    return error(
        ErrorKind::refused,
        fmt::format("{0} belongs to uid {1}, not to uid {2} that mfa-agent "
                    "runs as; if it is right otherwise: chown {2} {0}",
                    path, file.st_uid, geteuid()));
  }
  if ((file.st_mode & kOthers) != 0) {
    return error(ErrorKind::refused,
                 fmt::format("{0} is open to others (mode {1:o}), so its "
                             "secrets may be known; close it with: chmod "
                             "{2} {0}",
                             path, file.st_mode & 07777, right_mode));
  }
  return {};
}

std::string holder_of(int lock) {
  std::array<char, 32> text{};
  const ssize_t size = pread(lock, text.data(), text.size() - 1, 0);
  if (size <= 0) return "unknown";
  std::string pid(text.data(), static_cast<std::size_t>(size));
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return escaped(pid);
}

void write_pid(int lock) {
  const std::string pid = std::to_string(getpid()) + '\n';
  // Only a help for whoever meets the lock: failing is no reason to stop.
  if (ftruncate(lock, 0) != 0 || pwrite(lock, pid.data(), pid.size(), 0) < 0) {
    return;
  }
}

}  // namespace

std::string system_error(const std::string& path, const char* what) {
  return fmt::format("{}: {}: {}", path, what, std::strerror(errno));
}

Result<UniqueFd> open_state_directory(const std::string& path) {
  const bool created = mkdir(path.c_str(), 0700) == 0;
  if (!created && errno != EEXIST) {
    return error(ErrorKind::unavailable,
                 system_error(path, "the state directory cannot be created"));
  }
  UniqueFd directory(
      open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) {
    return error(ErrorKind::refused,
                 system_error(path, "is no directory that can be opened"));
  }
  // Whatever the umask was.
  if (created) fchmod(directory.get(), 0700);
  struct stat status {};
  if (fstat(directory.get(), &status) != 0) {
    return error(ErrorKind::unavailable, system_error(path, "fstat"));
  }
  if (auto checked = check_owner_and_mode(path, status, "700"); !checked) {
    return tl::unexpected(checked.error());
  }
  return directory;
}

Result<> check_state_file(int directory, const std::string& directory_path,
                          const char* name) {
  const std::string path = directory_path + '/' + name;
  struct stat status {};
  if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return error(
        errno == ENOENT ? ErrorKind::not_found : ErrorKind::unavailable,
        system_error(path, "cannot be examined"));
  }
  if (!S_ISREG(status.st_mode)) {
    return error(ErrorKind::refused,
                 path + " is not a regular file; put the real file there");
  }
  return check_owner_and_mode(path, status, "600");
}

Result<UniqueFd> lock_state_directory(int directory,
                                      const std::string& directory_path) {
  const std::string path = directory_path + '/' + kLockName;
  UniqueFd lock(openat(directory, kLockName,
                       O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock) {
    return error(ErrorKind::unavailable,
                 system_error(path, "cannot be opened for writing"));
  }
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return error(ErrorKind::unavailable, system_error(path, "flock"));
    }
    return error(ErrorKind::conflict,
                 fmt::format("{} is used by another mfa-agent, process {}: "
                             "stop that one first",
                             directory_path, holder_of(lock.get())));
  }
  write_pid(lock.get());
  return lock;
}

Result<> sync_directory(int directory, const std::string& directory_path) {
  if (fsync(directory) == 0) return {};
  return error(ErrorKind::unavailable, system_error(directory_path, "fsync"));
}

}  // namespace mfa
