// SPDX-License-Identifier: BSD-3-Clause
#include "agent/base/peer.h"

#include <errno.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>

namespace mfa {
namespace {

// The kernel's NGROUPS_MAX: no process has more.
constexpr std::size_t kMaxGroups = 65536;

Result<std::vector<gid_t>> groups_of(int fd) {
  std::vector<gid_t> groups(64);  // enough for nearly everybody at once
  for (;;) {
    auto bytes = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes) == 0) {
      groups.resize(bytes / sizeof(gid_t));
      return groups;
    }
    // ERANGE: `bytes` now says how much room is needed.
    const std::size_t needed = bytes / sizeof(gid_t);
    if (errno != ERANGE || needed <= groups.size() || needed > kMaxGroups) {
      return error(ErrorKind::unavailable,
                   fmt::format("cannot learn the groups of a socket's peer: {}",
                               strerror(errno)));
    }
    groups.resize(needed);
  }
}

}  // namespace

bool Peer::is_member_of(gid_t group) const {
  return gid == group ||
         std::find(groups.begin(), groups.end(), group) != groups.end();
}

Result<Peer> peer_of(int fd) {
  ucred credentials{};
  socklen_t bytes = sizeof credentials;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &bytes) != 0) {
    return error(ErrorKind::unavailable,
                 fmt::format("cannot learn who is at a socket's other end: {}",
                             strerror(errno)));
  }
  auto groups = groups_of(fd);
  if (!groups) return tl::unexpected(groups.error());
  return Peer{credentials.uid, credentials.gid, credentials.pid,
              std::move(*groups)};
}

}  // namespace mfa
