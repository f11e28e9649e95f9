// SPDX-License-Identifier: BSD-3-Clause
//
// What a start finds on the disk: after a kill at any step, and when somebody
// else has written there.
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/cache/fixture.h"

namespace mfa::test {
namespace {

namespace fs = std::filesystem;
using enum DirectoryKind;

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  assert_int_equal(chmod(path.c_str(), 0600), 0);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

change::Put of(std::vector<DirectoryPerson> some) {
  return {std::move(some), {}, {}, {}, {}};
}

// What a kill would leave now.
struct Image {
  explicit Image(const CacheHost& host) {
    fs::copy(host.directory.path() + "/state", folder.path() + "/state");
    fs::permissions(folder.path() + "/state", fs::perms::owner_all);
  }
  // `host` goes on with it.
  void restore(CacheHost& host) const {
    host.stop();
    fs::remove_all(host.directory.path() + "/state");
    fs::copy(folder.path() + "/state", host.directory.path() + "/state");
    fs::permissions(host.directory.path() + "/state", fs::perms::owner_all);
    host.start();
  }
  TemporaryDirectory folder;
};

TEST("the cache's files are for the agent alone") {
  CacheHost host;
  host.bring(of(crowd(3)));
  const auto generation = host.begin(true, {people});
  for (const char* name : {"directory.db", "directory.db-wal",
                           "directory.db-shm", "directory.db.new"}) {
    struct stat status {};
    assert_int_equal(stat(host.file(name).c_str(), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
  }
  host.cache->abort(generation);
}

TEST("a kill at any step leaves the generation before or the one after") {
  for (const bool full : {true, false}) {
    CacheHost host;
    const auto before = host.bring(of(crowd(50))).generation;
    std::vector<std::unique_ptr<Image>> images;
    const auto take = [&] { images.push_back(std::make_unique<Image>(host)); };
    const auto generation = host.begin(full, {people});
    take();
    for (int i = 0; i < 3; ++i) {
      host.apply(generation, of(crowd(20, i * 20)));
      take();
    }
    host.commit(generation, {"after", false, {}});
    for (const auto& image : images) {
      image->restore(host);
      assert_int_equal(host.status().generation, before);
      assert_int_equal(host.status().people, 50);
      assert_string_equal(host.standing("p51").c_str(), "unknown");
      assert_false(host.exists("directory.db.new"));
      // And it works from there.
      host.change(of({person("alice")}));
      assert_string_equal(host.standing("alice").c_str(), "enabled");
    }
  }
}

TEST("a kill after the commit leaves the new generation") {
  for (const bool full : {true, false}) {
    CacheHost host;
    host.bring(of(crowd(50)));
    if (full) {
      host.bring(of(crowd(60)));
    } else {
      host.change(of({crowd(60)}));
    }
    const Image image(host);
    host.change(of({person("alice")}));
    image.restore(host);
    assert_int_equal(host.status().people, 60);
    assert_string_equal(host.standing("p59").c_str(), "enabled");
    assert_string_equal(host.standing("alice").c_str(), "unknown");
  }
}

TEST("a log of a file that is gone does not come into the next one") {
  CacheHost host;
  host.bring(of(crowd(50)));
  host.change(of({person("alice")}));
  assert_true(fs::file_size(host.file("directory.db-wal")) > 0);
  host.bring(of(crowd(50)));
  assert_string_equal(host.standing("alice").c_str(), "disabled");
  const Image image(host);
  image.restore(host);
  assert_string_equal(host.standing("alice").c_str(), "disabled");
  host.stop();
  fs::remove(host.file("directory.db"));
  write_file(host.file("directory.db-wal"), std::string(100000, 'x'));
  host.start();
  assert_int_equal(host.status().generation, 0);
}

struct Damaged : CacheHost {
  Damaged() {
    bring(of(crowd(500)));
    stop();
  }
  // Put aside, and an empty one instead that can be filled.
  void expect_put_aside() {
    start();
    assert_int_equal(status().generation, 0);
    assert_true(status().full_sync_wanted);
    assert_true(exists("directory.db.damaged"));
    bring(of(crowd(3)));
    assert_string_equal(standing("p0").c_str(), "enabled");
  }
};

TEST("a file that is no database is put aside") {
  Damaged host;
  write_file(host.file("directory.db"), "not a database");
  host.expect_put_aside();
  assert_string_equal(read_file(host.file("directory.db.damaged")).c_str(),
                      "not a database");
}

TEST("an empty file is put aside") {
  Damaged host;
  write_file(host.file("directory.db"), "");
  host.expect_put_aside();
}

TEST("a file with a damaged page is put aside") {
  Damaged host;
  std::string bytes = read_file(host.file("directory.db"));
  bytes.replace(4096 * 8, 4096, std::string(4096, '\x5a'));
  write_file(host.file("directory.db"), bytes);
  host.expect_put_aside();
}

TEST("a log that cannot be read is put aside with its file") {
  Damaged host;
  write_file(host.file("directory.db-wal"), std::string(100, 'x'));
  host.expect_put_aside();
  assert_true(host.exists("directory.db.damaged-wal"));
}

void execute(const std::string& path, const char* sql) {
  sqlite3* handle = nullptr;
  assert_int_equal(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  assert_int_equal(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr),
                   SQLITE_OK);
  sqlite3_close(handle);
}

TEST("a database of another version or program is put aside") {
  for (const char* sql :
       {"PRAGMA user_version = 99", "PRAGMA application_id = 1"}) {
    Damaged host;
    execute(host.file("directory.db"), sql);
    host.expect_put_aside();
  }
}

// All of it before the new file is in force: a power cut may come next.
TEST(
    "a file of an earlier version is made anew, and keeps who was out or bad") {
  CacheHost host;
  auto some = crowd(3);
  some[0].enabled = false;
  change::Put put{some, {}, {}, {}, {}};
  put.risks = {{"id-p2", RiskLevel::high, "1"}};
  host.bring(put, {DirectoryKind::people, DirectoryKind::risks});
  host.change(change::Remove{{"id-p1"}, {}});
  host.stop();
  execute(host.file("directory.db"),
          "PRAGMA user_version = 1;"
          "ALTER TABLE tombstones DROP COLUMN refused");
  host.start();
  const std::string copy = host.directory.path() + "/copy.db";
  fs::copy_file(host.file("directory.db"), copy);
  assert_true(host.status().full_sync_wanted);
  for (const char* account : {"p0", "p1"}) {
    assert_string_equal(host.standing(account).c_str(), "disabled");
  }
  // Nobody wrote on since: without its log the file has all of that.
  fs::remove(host.file("directory.db.damaged"));
  host.stop();
  fs::remove(host.file("directory.db-wal"));
  fs::remove(host.file("directory.db-shm"));
  fs::copy_file(copy, host.file("directory.db"),
                fs::copy_options::overwrite_existing);
  host.start();
  assert_string_equal(host.standing("p0").c_str(), "disabled");
  assert_string_equal(host.standing("p1").c_str(), "disabled");
  host.bring({crowd(3, 2), {}, {}, {}, {}});
  assert_true(host.record("p2").risk == RiskLevel::high);
  assert_int_equal(host.status().at_risk, 1);
}

TEST("a file that others may write, and a symbolic link, are put aside") {
  {
    Damaged host;
    assert_int_equal(chmod(host.file("directory.db").c_str(), 0660), 0);
    host.expect_put_aside();
  }
  Damaged host;
  fs::rename(host.file("directory.db"), host.directory.path() + "/elsewhere");
  fs::create_symlink(host.directory.path() + "/elsewhere",
                     host.file("directory.db"));
  host.expect_put_aside();
  assert_true(fs::exists(host.directory.path() + "/elsewhere"));
}

// The server goes on: nobody starts it anew.
TEST("a page that is found damaged at a sign-in puts the file aside") {
  CacheHost host;
  host.bring(of(crowd(5000)));
  host.restart();
  const auto size = fs::file_size(host.file("directory.db"));
  std::fstream file(host.file("directory.db"),
                    std::ios::binary | std::ios::in | std::ios::out);
  // All but the first page; nobody has read them yet.
  file.seekp(4096 * 20);
  file << std::string(size - 4096 * 20, '\x5a');
  file.close();
  bool was_damaged = false;
  for (int i = 0; i < 5000 && !was_damaged; ++i) {
    const auto found = host.cache->find({fmt::format("p{}", i), host.scope, {}},
                                        host.clock.now().wall);
    was_damaged = !found && found.error().kind == ErrorKind::damaged;
  }
  assert_true(was_damaged);
  // The writer comes after whoever noticed.
  assert_false(*host.forget("nobody"));
  assert_int_equal(host.status().generation, 0);
  assert_true(host.exists("directory.db.damaged"));
  host.bring(of(crowd(3)));
  assert_string_equal(host.standing("p0").c_str(), "enabled");
}

TEST("what a kill left of a generation is removed at the start") {
  CacheHost host;
  host.bring(of(crowd(3)));
  host.stop();
  write_file(host.file("directory.db.new"), "half");
  write_file(host.file("directory.db.new-journal"), "half");
  host.start();
  assert_false(host.exists("directory.db.new"));
  assert_false(host.exists("directory.db.new-journal"));
  assert_int_equal(host.status().people, 3);
}

TEST("an open generation ends with the agent") {
  CacheHost host;
  host.bring(of(crowd(3)));
  for (const bool full : {true, false}) {
    const auto generation = host.begin(full, {people});
    host.apply(generation, of({person("alice")}));
    host.restart();
    assert_false(host.exists("directory.db.new"));
    assert_string_equal(host.standing("alice").c_str(), "unknown");
  }
}

TEST("a state directory that others can read is refused") {
  TemporaryDirectory folder;
  FakeClock clock;
  write_file(folder.path() + "/something", "");
  assert_int_equal(chmod(folder.path().c_str(), 0755), 0);
  const auto refused = open_directory_cache(folder.path(), clock);
  assert_false(refused.has_value());
  assert_true(refused.error().kind == ErrorKind::refused);
}

}  // namespace
}  // namespace mfa::test
