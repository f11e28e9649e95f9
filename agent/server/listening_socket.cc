// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/listening_socket.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace mfa {
namespace {

// The kernel caps it at net.core.somaxconn.
constexpr int kBacklog = 4096;

tl::unexpected<Error> failed(const std::string& what, const std::string& path) {
  const int number = errno;
  return error(ErrorKind::unavailable,
               fmt::format("{} {}: {}", what, path, std::strerror(number)));
}

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return error(ErrorKind::malformed,
                 fmt::format("the socket path {} is longer than {} bytes; "
                             "choose a shorter runtime_directory",
                             path, sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

// A socket without a listener refuses the connection.
bool has_listener(const sockaddr_un& address, int type) {
  const UniqueFd probe(socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int result = connect(
      probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return result == 0 || errno == EAGAIN;
}

Result<> clear_the_way(const std::string& path, const sockaddr_un& address,
                       int type) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return {};
    return failed("cannot examine", path);
  }
  const bool ours = info.st_uid == geteuid() || info.st_uid == 0;
  if (!S_ISSOCK(info.st_mode) || !ours) {
    return error(ErrorKind::conflict,
                 path +
                     " exists and is not a socket of this agent; find out "
                     "who made it, remove it and start again");
  }
  if (has_listener(address, type)) {
    return error(ErrorKind::conflict,
                 path +
                     " is served by a running program; stop it first "
                     "(is another mfa-agent running?)");
  }
  if (unlink(path.c_str()) != 0) return failed("cannot remove", path);
  return {};
}

}  // namespace

Result<ListeningSocket> ListeningSocket::bind(const std::string& path,
                                              int type) {
  const auto address = address_of(path);
  if (!address) return tl::unexpected(address.error());
  if (auto clear = clear_the_way(path, *address, type); !clear) {
    return tl::unexpected(clear.error());
  }
  ListeningSocket listening;
  listening.fd_.reset(socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listening.fd_) return failed("cannot make a socket for", path);
  const auto* name = reinterpret_cast<const sockaddr*>(&*address);
  if (::bind(listening.fd(), name, sizeof *address) != 0) {
    return failed("cannot bind", path);
  }
  listening.path_ = path;
  struct stat info {};
  if (chmod(path.c_str(), kSocketMode) != 0 ||
      lstat(path.c_str(), &info) != 0) {
    return failed("cannot set the mode of", path);
  }
  listening.inode_ = info.st_ino;
  if (listen(listening.fd(), kBacklog) != 0) {
    return failed("cannot listen on", path);
  }
  return listening;
}

ListeningSocket ListeningSocket::adopt(UniqueFd fd) {
  ListeningSocket listening;
  listening.fd_ = std::move(fd);
  return listening;
}

bool ListeningSocket::is_reachable() const {
  if (is_adopted()) return true;
  struct stat info {};
  return lstat(path_.c_str(), &info) == 0 && S_ISSOCK(info.st_mode) &&
         info.st_ino == inode_;
}

void ListeningSocket::remove() const {
  if (!is_adopted() && is_reachable()) unlink(path_.c_str());
}

Result<> prepare_runtime_directory(const std::string& path) {
  if (mkdir(path.c_str(), 0755) == 0) {
    // The process' umask hides it from those who must reach the sockets.
    if (chmod(path.c_str(), 0755) != 0) return failed("cannot set up", path);
  } else if (errno != EEXIST) {
    return failed("cannot create the runtime directory", path);
  }
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return failed("cannot examine", path);
  const bool ours = info.st_uid == geteuid() || info.st_uid == 0;
  if (!S_ISDIR(info.st_mode) || !ours || (info.st_mode & 0022) != 0) {
    return error(
        ErrorKind::refused,
        fmt::format("the runtime directory {} must be a directory of root or "
                    "of this agent that nobody else can write; mend it: "
                    "chown root {} && chmod 0755 {}",
                    path, path, path));
  }
  return {};
}

}  // namespace mfa
