// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/write_behind.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace mfa {

int WriteBehind::step() {
  struct stat status {};
  if (fstat(file_.get(), &status) != 0) return errno;
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size < written_ + kWrittenAtOnce) return 0;
  written_ = size;
  // All of it: pages from before may have been written again.
  constexpr unsigned kWriteAndWait = SYNC_FILE_RANGE_WAIT_BEFORE |
                                     SYNC_FILE_RANGE_WRITE |
                                     SYNC_FILE_RANGE_WAIT_AFTER;
  return sync_file_range(file_.get(), 0, 0, kWriteAndWait) == 0 ? 0 : errno;
}

}  // namespace mfa
