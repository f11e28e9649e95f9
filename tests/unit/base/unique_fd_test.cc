// SPDX-License-Identifier: BSD-3-Clause
#include "agent/base/unique_fd.h"

#include <fcntl.h>

#include <utility>

#include "tests/check.h"

namespace mfa {
namespace {

int open_null() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

TEST("a descriptor is closed when its owner ends") {
  int fd = -1;
  {
    const UniqueFd owner(open_null());
    fd = owner.get();
    assert_true(static_cast<bool>(owner));
    assert_true(is_open(fd));
  }
  assert_false(is_open(fd));
}

TEST("a moved descriptor has one owner, and the one it replaces is closed") {
  UniqueFd first(open_null());
  UniqueFd second(open_null());
  const int kept = first.get();
  const int replaced = second.get();
  second = std::move(first);
  assert_false(is_open(replaced));
  assert_true(is_open(kept));
  assert_false(static_cast<bool>(first));
  assert_int_equal(second.get(), kept);
}

TEST("a released descriptor stays open and is somebody else's") {
  UniqueFd owner(open_null());
  const int fd = owner.release();
  owner.reset();
  assert_true(is_open(fd));
  ::close(fd);
}

}  // namespace
}  // namespace mfa
