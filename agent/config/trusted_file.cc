// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/trusted_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "agent/base/escape.h"
#include "agent/base/unique_fd.h"
#include "agent/config/folder.h"

namespace mfa {
namespace {

tl::unexpected<Error> cannot_open(const std::string& path, int failure) {
  const std::string file = escaped(path);
  if (failure == ENOENT || failure == ENOTDIR) {
    return error(
        ErrorKind::not_found,
        fmt::format("{}: there is no such file; restore it, or copy "
                    "the commented example that came with this program",
                    file));
  }
  if (failure == ELOOP) {
    return error(
        ErrorKind::refused,
        fmt::format("{}: a symbolic link; put the file itself there", file));
  }
  return error(ErrorKind::unavailable,
               fmt::format("{}: cannot be opened: {}; check that the user of "
                           "this program may read it",
                           file, std::strerror(failure)));
}

Result<> check_owner(const struct stat& status, const std::string& path) {
  const std::string file = escaped(path);
  if (status.st_uid != 0 && status.st_uid != geteuid()) {
    return error(ErrorKind::refused,
                 fmt::format("{}: belongs to uid {}, who could change who must "
                             "use a second factor; run: chown root '{}'",
                             file, status.st_uid, file));
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return error(ErrorKind::refused,
                 fmt::format("{}: more than its owner may write it (mode "
                             "{:04o}); run: chmod go-w '{}'",
                             file, status.st_mode & 07777u, file));
  }
  return {};
}

Result<> check_file(const struct stat& status, const std::string& path) {
  if (S_ISREG(status.st_mode)) return check_owner(status, path);
  return error(ErrorKind::refused,
               fmt::format("{}: not a regular file; put the configuration "
                           "itself there",
                           escaped(path)));
}

Result<> check_readers(const struct stat& status, const std::string& path,
                       Readers readers) {
  if (readers == Readers::everybody || (status.st_mode & S_IRWXO) == 0) {
    return {};
  }
  return error(ErrorKind::refused,
               fmt::format("{0}: a secret that everybody may read (mode "
                           "{1:04o}); run: chmod o= '{0}', and replace the "
                           "secret",
                           escaped(path), status.st_mode & 07777u));
}

Result<std::string> read_all(int fd, const std::string& path,
                             std::size_t most) {
  constexpr std::size_t kPiece = 64 << 10;
  std::string text;
  while (text.size() <= most) {
    const std::size_t size = text.size();
    text.resize(std::min(size + kPiece, most + 1));
    const ssize_t got = read(fd, text.data() + size, text.size() - size);
    text.resize(size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) break;
    if (got < 0 && errno != EINTR) {
      return error(ErrorKind::unavailable,
                   fmt::format("{}: cannot be read: {}", escaped(path),
                               std::strerror(errno)));
    }
  }
  return text;
}

// O_NONBLOCK: a FIFO in its place must not hold the agent up.
UniqueFd open_trusted(const std::string& path) {
  return UniqueFd(
      open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

}  // namespace

Result<std::string> read_trusted_file(const std::string& path, std::size_t most,
                                      Readers readers) {
  const UniqueFd fd = open_trusted(path);
  if (!fd) return cannot_open(path, errno);
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return cannot_open(path, errno);
  if (auto trusted = check_file(status, path); !trusted) {
    return tl::unexpected(trusted.error());
  }
  if (auto secret = check_readers(status, path, readers); !secret) {
    return tl::unexpected(secret.error());
  }
  return read_all(fd.get(), path, most);
}

Result<std::vector<std::string>> trusted_files(
    const std::string& path, std::span<const std::string_view> suffixes,
    std::size_t most) {
  UniqueFd fd = open_trusted(path);
  if (!fd) return cannot_open(path, errno);
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return cannot_open(path, errno);
  if (!S_ISDIR(status.st_mode)) return std::vector<std::string>{path};
  if (auto trusted = check_owner(status, path); !trusted) {
    return tl::unexpected(trusted.error());
  }
  return files_in(std::move(fd), path, suffixes, most);
}

}  // namespace mfa
