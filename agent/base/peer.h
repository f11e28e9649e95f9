// SPDX-License-Identifier: BSD-3-Clause
//
// Who is at the other end of a Unix socket, as the kernel noted it when the
// connection was made. What the process is or does later changes nothing
// (hostile input 42).
#pragma once

#include <sys/types.h>

#include <vector>

#include "agent/base/result.h"

namespace mfa {

struct Peer {
  uid_t uid = static_cast<uid_t>(-1);
  gid_t gid = static_cast<gid_t>(-1);
  pid_t pid = 0;              // for the log only: pids are reused
  std::vector<gid_t> groups;  // supplementary ones

  bool is_root() const { return uid == 0; }
  bool is_member_of(gid_t group) const;
};

// `fd`: a connected Unix socket. `unavailable` when the kernel does not say.
Result<Peer> peer_of(int fd);

}  // namespace mfa
