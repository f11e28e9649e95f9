// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "agent/base/escape.h"
#include "agent/base/unique_fd.h"

namespace mfa {
namespace {

tl::unexpected<Error> cannot_open(const std::string& path, int failure) {
  const std::string file = escaped(path);
  if (failure == ENOENT || failure == ENOTDIR) {
    return error(ErrorKind::not_found,
                 fmt::format("{}: there is no such file; restore it, or copy "
                             "the commented example that came with mfa-agent",
                             file));
  }
  if (failure == ELOOP) {
    return error(
        ErrorKind::refused,
        fmt::format("{}: a symbolic link; put the file itself there", file));
  }
  return error(ErrorKind::unavailable,
               fmt::format("{}: cannot be opened: {}; check that the agent's "
                           "user may read it",
                           file, std::strerror(failure)));
}

Result<> check_trust(const struct stat& status, const std::string& path) {
  const std::string file = escaped(path);
  if (!S_ISREG(status.st_mode)) {
    return error(ErrorKind::refused,
                 fmt::format("{}: not a regular file; put the configuration "
                             "itself there",
                             file));
  }
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

// At most one byte more than is allowed, so that growing meanwhile shows.
Result<std::string> read_all(int fd, const std::string& path) {
  std::string text(kMaxConfigBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = read(fd, text.data() + size, text.size() - size);
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return error(ErrorKind::unavailable,
                   fmt::format("{}: cannot be read: {}", escaped(path),
                               std::strerror(errno)));
    }
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

}  // namespace

Result<Config> load_config(const std::string& path) {
  // O_NONBLOCK: a FIFO in its place must not hold the agent up.
  const UniqueFd fd(
      open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return cannot_open(path, errno);
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return cannot_open(path, errno);
  if (auto trusted = check_trust(status, path); !trusted) {
    return tl::unexpected(trusted.error());
  }
  const auto text = read_all(fd.get(), path);
  if (!text) return tl::unexpected(text.error());
  return parse_config(*text, path);
}

}  // namespace mfa
