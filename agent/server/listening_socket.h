// SPDX-License-Identifier: BSD-3-Clause
//
// A listening Unix socket: given by systemd or bound by us. What stands in
// the way is removed only when it is a dead socket of ours; a link, a file or
// somebody else's socket there is an attack or a mistake, and an error.
#pragma once

#include <sys/types.h>

#include <string>

#include "agent/base/result.h"
#include "agent/base/unique_fd.h"

namespace mfa {

// Everybody may connect: whom the agent answers, and what, is decided by the
// peer's uid.
inline constexpr mode_t kSocketMode = 0666;

class ListeningSocket {
 public:
  // `type`: SOCK_SEQPACKET or SOCK_STREAM.
  static Result<ListeningSocket> bind(const std::string& path, int type);
  static ListeningSocket adopt(UniqueFd fd);

  int fd() const { return fd_.get(); }
  bool is_adopted() const { return path_.empty(); }

  // False when the path no longer leads to this socket (hostile input 44).
  bool is_reachable() const;
  // Removes the path, if it is still ours.
  void remove() const;

 private:
  std::string path_;
  UniqueFd fd_;
  ino_t inode_ = 0;
};

// Creates the directory (0755) when it is missing; refuses one that others
// can write, where they could put a socket of their own.
Result<> prepare_runtime_directory(const std::string& path);

}  // namespace mfa
