// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/state_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "agent/base/escape.h"

namespace mfa {
namespace {

constexpr mode_t kOwnMode = 0700;
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
constexpr mode_t kParentMode = 0755;
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

UniqueFd open_directory(const std::string& path) {
  return UniqueFd(
      open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// With this mode whatever the umask is. One that is there stays as it is.
Result<> make_directory(const std::string& path, mode_t mode) {
  const bool made = mkdir(path.c_str(), mode) == 0;
  if (!made && errno == EEXIST) return {};
  if (made) {
    const UniqueFd directory = open_directory(path);
    if (directory && fchmod(directory.get(), mode) == 0) return {};
  }
  return error(ErrorKind::unavailable,
               system_error(path, "the directory cannot be created"));
}

Result<> make_with_parents(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) == 0) return {};
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string parent = path.substr(0, slash);
    if (auto made = make_directory(parent, kParentMode); !made) return made;
  }
  return make_directory(path, kOwnMode);
}

bool is_empty(int directory) {
  // A description of its own: reading moves the position in it.
  const int again = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const entries = again < 0 ? nullptr : fdopendir(again);
  if (!entries) {
    if (again >= 0) close(again);
    return false;
  }
  bool empty = true;
  errno = 0;
  while (const dirent* entry = readdir(entries)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") empty = false;
  }
  if (errno != 0) empty = false;
  closedir(entries);
  return empty;
}

// What goes wrong here is found by the check that follows.
void close_if_empty(int directory) {
  struct stat status {};
  if (fstat(directory, &status) != 0 || status.st_uid != geteuid()) return;
  if ((status.st_mode & kOthers) == 0 || !is_empty(directory)) return;
  fchmod(directory, kOwnMode);
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
  if (auto made = make_with_parents(path); !made) {
    return tl::unexpected(made.error());
  }
  UniqueFd directory = open_directory(path);
  if (!directory) {
    return error(ErrorKind::refused,
                 system_error(path, "is no directory that can be opened"));
  }
  close_if_empty(directory.get());
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
