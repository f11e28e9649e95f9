// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/write_behind.h"

#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "agent/store/database.h"
#include "tests/unit/cache/fixture.h"

namespace mfa::test {
namespace {

// Far more steps than lie between two calls.
constexpr char kLongStatement[] =
    "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
    "WHERE i < 200000) SELECT count(*) FROM n";

std::unique_ptr<Database> some_database(const TemporaryDirectory& folder) {
  const std::string path = folder.path() + "/some.db";
  UniqueFd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)).reset();
  auto opened = Database::open(path);
  assert_true(opened.has_value());
  return std::move(*opened);
}

// Whether a part of it has no place on the disk yet; nullopt: nobody knows.
std::optional<bool> waits_for_the_disk(int fd) {
  constexpr std::size_t kExtents = 64;
  alignas(fiemap) char
      memory[sizeof(fiemap) + kExtents * sizeof(fiemap_extent)] = {};
  auto* map = reinterpret_cast<fiemap*>(memory);
  map->fm_length = FIEMAP_MAX_OFFSET;
  map->fm_extent_count = kExtents;
  if (ioctl(fd, FS_IOC_FIEMAP, map) != 0) return std::nullopt;
  return std::any_of(map->fm_extents, map->fm_extents + map->fm_mapped_extents,
                     [](const fiemap_extent& extent) {
                       return (extent.fe_flags & FIEMAP_EXTENT_DELALLOC) != 0;
                     });
}

TEST("a long statement is looked after while it runs") {
  const TemporaryDirectory folder;
  const auto database = some_database(folder);
  int calls = 0;
  database->while_working([&] { return ++calls, 0; });
  database->execute(kLongStatement);
  assert_false(database->failed());
  assert_true(calls > 10);
}

TEST("a statement fails when what was written before it is lost") {
  const TemporaryDirectory folder;
  const auto database = some_database(folder);
  database->while_working([] { return EIO; });
  database->execute(kLongStatement);
  assert_true(database->failed());
  const DatabaseFailure failure = database->take_failure();
  assert_int_equal(failure.system_errno, EIO);
  assert_true(failure.kind() == FailureKind::broken);
  assert_false(failure.says_damaged());
}

TEST("a file that has grown by a piece is on the disk, and not before") {
  const TemporaryDirectory folder;
  const std::string path = folder.path() + "/file";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  WriteBehind behind{UniqueFd(fd)};
  const std::string half(kWrittenAtOnce / 2, 'x');
  for (const bool is_whole : {false, true}) {
    assert_int_equal(write(fd, half.data(), half.size()), half.size());
    const auto waits = waits_for_the_disk(fd);
    if (!waits) return;  // a file system that does not say
    assert_true(*waits);
    assert_int_equal(behind.step(), 0);
    assert_true(*waits_for_the_disk(fd) != is_whole);
  }
}

TEST("what cannot be written behind is told") {
  WriteBehind behind{UniqueFd()};
  assert_int_equal(behind.step(), EBADF);
}

}  // namespace
}  // namespace mfa::test
