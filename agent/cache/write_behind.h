// SPDX-License-Identifier: BSD-3-Clause
//
// A large file on its way to the disk in small steps. Left to the kernel, or to
// one fsync at the end, it would go there in one piece, and the fsync of every
// sign-in, on the same disk, would wait for that.
#pragma once

#include <cstddef>
#include <utility>

#include "agent/base/unique_fd.h"

namespace mfa {

// The longest piece that a sign-in waits behind: 40 ms of a slow disk.
inline constexpr std::size_t kWrittenAtOnce = 4U << 20;

class WriteBehind {
 public:
  // To be closed after SQLite has closed it: closing drops its locks.
  explicit WriteBehind(UniqueFd file) : file_(std::move(file)) {}

  // Waits for the disk when the file has grown by a piece. 0, or an errno: what
  // was written is lost.
  int step();

 private:
  UniqueFd file_;
  std::size_t written_ = 0;
};

}  // namespace mfa
