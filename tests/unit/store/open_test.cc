// SPDX-License-Identifier: BSD-3-Clause
//
// What the store finds at a start, and when it refuses to believe it.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "tests/unit/store/fixture.h"

namespace mfa::test {
namespace {

using std::chrono::seconds;
namespace fs = std::filesystem;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  assert_int_equal(chmod(path.c_str(), 0600), 0);
}

// A state with one person, whose database is at rest.
struct AtRest : Host {
  AtRest() {
    restart();
    phone = bind("alice");
    stop();
  }

  Error refusal() {
    const auto started = start();
    assert_false(started.has_value());
    return started.error();
  }

  std::optional<BoundMethod> phone;
};

// The state as kill -9 leaves it: the newest commits are in the log only.
struct Killed : AtRest {
  Killed() {
    restart();
    assert_true(answer("alice", code_now(*phone)) == Reason::verified);
    fs::copy(settings.state_directory, directory.path() + "/copy");
    stop();
    fs::remove_all(settings.state_directory);
    fs::rename(directory.path() + "/copy", settings.state_directory);
    assert_true(fs::file_size(file("state.db-wal")) > 4096);
  }
};

bool says(const Error& error, const std::string& text) {
  return error.what.find(text) != std::string::npos;
}

void run_sql(const std::string& path, const char* sql) {
  sqlite3* handle = nullptr;
  assert_int_equal(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  assert_int_equal(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr),
                   SQLITE_OK);
  sqlite3_close(handle);
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  assert_int_equal(stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

TEST("a first start makes a state that only its owner can read") {
  Host host;
  const mode_t before = umask(0);
  assert_true(host.start().has_value());
  umask(before);
  for (const auto& entry :
       fs::directory_iterator(host.settings.state_directory)) {
    assert_int_equal(mode_of(entry.path()), 0600);
  }
  assert_int_equal(mode_of(host.settings.state_directory), 0700);
}

TEST("a first start makes the directories above the state too") {
  Host host;
  host.settings.state_directory = host.directory.path() + "/a/b/state";
  const mode_t before = umask(0027);
  const bool started = host.start().has_value();
  umask(before);
  assert_true(started);
  assert_int_equal(mode_of(host.directory.path() + "/a"), 0755);
  assert_int_equal(mode_of(host.directory.path() + "/a/b"), 0755);
  assert_int_equal(mode_of(host.settings.state_directory), 0700);
}

TEST("a directory above the state that cannot be made is named") {
  Host host;
  write_file(host.directory.path() + "/a", "a file");
  host.settings.state_directory = host.directory.path() + "/a/b/state";
  const auto started = host.start();
  assert_false(started.has_value());
  assert_true(says(started.error(), "/a"));
  assert_true(says(started.error(), "Not a directory"));
}

TEST("an empty state directory that others can enter is closed to them") {
  Host host;
  for (const mode_t mode : {0755u, 0777u, 0710u}) {
    const std::string& path = host.settings.state_directory;
    fs::create_directory(path);
    assert_int_equal(chmod(path.c_str(), mode), 0);
    const auto started = host.start();
    if (!started) fail_msg("%s", started.error().what.c_str());
    assert_int_equal(mode_of(path), 0700);
    host.stop();
    fs::remove_all(path);
  }
}

TEST("an empty state directory of somebody else is left alone") {
  if (geteuid() != 0) skip_because("only root can give a directory away");
  Host host;
  const char* path = host.settings.state_directory.c_str();
  assert_int_equal(mkdir(path, 0755), 0);
  assert_int_equal(chmod(path, 0755), 0);
  assert_int_equal(chown(path, 65533, 65533), 0);
  assert_false(host.start().has_value());
  assert_int_equal(mode_of(path), 0755);
}

TEST("a first start works under the strictest umask") {
  if (geteuid() != 0) skip_because("only root opens what umask 0777 closed");
  Host host;
  const mode_t before = umask(0777);
  const bool started = host.start().has_value();
  umask(before);
  assert_true(started);
  host.bind("alice");
}

TEST("a first start that was cut short leaves nothing in the way") {
  Host host;
  assert_int_equal(mkdir(host.settings.state_directory.c_str(), 0700), 0);
  write_file(host.file("master.key.new"), "half");
  write_file(host.file("state.db.new"), "half a database");
  assert_true(host.start().has_value());
}

TEST("what was acknowledged is there after kill -9") {
  Killed host;
  host.restart();
  assert_true(host.answer("alice", host.code_now(*host.phone)) ==
              Reason::replayed_code);
}

TEST(
    "hostile input 104: a second store on the same state is refused, by name") {
  AtRest host;
  host.restart();
  Host second;
  second.settings.state_directory = host.settings.state_directory;
  const auto started = second.start();
  assert_false(started.has_value());
  assert_true(started.error().kind == ErrorKind::conflict);
  assert_true(says(started.error(), "process " + std::to_string(getpid())));
}

TEST("while the store is open nobody else can read or write its database") {
  AtRest host;
  host.restart();
  host.bind("bob");
  const pid_t child = fork();
  if (child == 0) {
    sqlite3* handle = nullptr;
    sqlite3_open(host.file("state.db").c_str(), &handle);
    const int code = sqlite3_exec(handle, "SELECT count(*) FROM people",
                                  nullptr, nullptr, nullptr);
    _exit(code == SQLITE_BUSY ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  assert_int_equal(status, 0);
}

TEST("hostile input 98: a key without its database is no first start") {
  AtRest host;
  fs::remove(host.file("state.db"));
  const Error error = host.refusal();
  assert_true(error.kind == ErrorKind::not_found);
  assert_true(says(error, "state.db"));
  assert_true(says(error, "mfa-agent --init"));
  assert_false(fs::exists(host.file("state.db")));
}

TEST("hostile input 98: a database without its key is not opened") {
  AtRest host;
  fs::remove(host.file("master.key"));
  const auto key = read_key(host.file("master.key"));
  assert_true(key.error().kind == ErrorKind::not_found);
  const StateFiles found =
      find_state(host.settings.state_directory, std::nullopt);
  assert_true(found.database && !found.key_path);
}

TEST("a key of another state does not open this one") {
  AtRest host;
  write_file(host.file("master.key"), std::string(32, 'k'));
  const Error error = host.refusal();
  assert_true(error.kind == ErrorKind::damaged);
  assert_true(says(error, "does not belong"));
}

// Damages the file, then expects a refusal that changes nothing.
void expect_damaged(AtRest& host, const std::string& name,
                    const std::function<void(std::string&)>& damage) {
  std::string bytes = read_file(host.file(name));
  damage(bytes);
  write_file(host.file(name), bytes);
  const std::string database = read_file(host.file("state.db"));
  const Error error = host.refusal();
  if (error.kind != ErrorKind::damaged) fail_msg("%s", error.what.c_str());
  assert_true(says(error, "Restore"));
  assert_true(says(error, "mfa-agent --init"));
  assert_true(read_file(host.file(name)) == bytes);
  assert_true(read_file(host.file("state.db")) == database);
}

TEST("hostile input 99: an empty database file is damaged, not new") {
  AtRest host;
  expect_damaged(host, "state.db", [](std::string& bytes) { bytes.clear(); });
}

TEST("hostile input 99: a garbage header") {
  AtRest host;
  expect_damaged(host, "state.db", [](std::string& bytes) {
    for (std::size_t i = 0; i < 100; ++i) bytes[i] = static_cast<char>(i * 7);
  });
}

TEST("hostile input 99: any page zeroed or overwritten") {
  AtRest original;
  const std::string whole = read_file(original.file("state.db"));
  for (std::size_t page = 0; page < whole.size() / 4096; ++page) {
    for (const char filling : {'\0', '\xa5'}) {
      expect_damaged(original, "state.db", [&](std::string& bytes) {
        bytes = whole;
        bytes.replace(page * 4096, 4096, 4096, filling);
      });
    }
  }
}

TEST("hostile input 99: a database cut in half") {
  AtRest host;
  expect_damaged(host, "state.db", [](std::string& bytes) {
    bytes.resize(bytes.size() / 2 / 4096 * 4096);
  });
}

TEST("hostile input 99: a database of another program") {
  AtRest host;
  fs::remove(host.file("state.db"));
  run_sql(host.file("state.db"), "CREATE TABLE t (x); INSERT INTO t VALUES(1)");
  expect_damaged(host, "state.db", [](std::string&) {});
}

TEST("hostile input 99: a log that is none") {
  Killed host;
  expect_damaged(host, "state.db-wal",
                 [](std::string& bytes) { bytes.replace(0, 32, 32, 'x'); });
}

TEST("hostile input 99: the log of another database") {
  Killed host;
  Killed other;
  const std::string foreign = read_file(other.file("state.db-wal"));
  const std::string database = read_file(host.file("state.db"));
  write_file(host.file("state.db-wal"), foreign);
  const Error error = host.refusal();
  assert_true(error.kind == ErrorKind::damaged);
  assert_true(read_file(host.file("state.db")) == database);
  assert_true(read_file(host.file("state.db-wal")) == foreign);
}

TEST("hostile input 99: a log cut short is noticed, and opens no spent step") {
  Killed host;
  std::string log = read_file(host.file("state.db-wal"));
  log.resize(32 + 4096);
  write_file(host.file("state.db-wal"), log);
  host.restart();
  assert_true(host.store->rollback_detected().has_value());
  assert_true(host.answer("alice", host.code_now(*host.phone)) ==
              Reason::replayed_code);
}

TEST("hostile input 100: a database that others can read is refused") {
  AtRest host;
  for (const char* name : {"state.db", "master.key"}) {
    const mode_t wrong = 0644;
    assert_int_equal(chmod(host.file(name).c_str(), wrong), 0);
    const Error error = host.refusal();
    assert_true(error.kind == ErrorKind::refused);
    assert_true(says(error, "chmod 600 "));
    assert_true(says(error, name));
    assert_int_equal(chmod(host.file(name).c_str(), 0600), 0);
  }
  assert_true(host.start().has_value());
}

TEST("hostile input 100: a state directory that others can enter is refused") {
  AtRest host;
  assert_int_equal(chmod(host.settings.state_directory.c_str(), 0750), 0);
  assert_true(says(host.refusal(), "chmod 700 "));
  assert_int_equal(mode_of(host.settings.state_directory), 0750);
}

TEST("hostile input 100: a database of another owner is refused") {
  if (geteuid() != 0) skip_because("only root can give a file away");
  AtRest host;
  assert_int_equal(chown(host.file("state.db").c_str(), 65533, 65533), 0);
  const Error error = host.refusal();
  assert_true(error.kind == ErrorKind::refused);
  assert_true(says(error, "chown 0 "));
}

TEST("hostile input 100: symbolic links in the state are refused") {
  for (const char* name : {"state.db", "master.key", "state.db-wal", "lock"}) {
    AtRest host;
    const std::string elsewhere = host.directory.path() + "/elsewhere";
    if (fs::exists(host.file(name))) {
      fs::rename(host.file(name), elsewhere);
    } else {
      write_file(elsewhere, "");
    }
    fs::create_symlink(elsewhere, host.file(name));
    const auto started = host.start();
    if (started) fail_msg("%s is a symbolic link", name);
  }
}

TEST(
    "hostile input 100: a state directory that is a symbolic link is refused") {
  AtRest host;
  const std::string elsewhere = host.directory.path() + "/elsewhere";
  fs::rename(host.settings.state_directory, elsewhere);
  fs::create_symlink(elsewhere, host.settings.state_directory);
  assert_false(host.start().has_value());
}

TEST("hostile input 54: fifos and directories in place of files end at once") {
  for (const char* name : {"state.db", "master.key"}) {
    AtRest host;
    fs::remove(host.file(name));
    assert_int_equal(mkfifo(host.file(name).c_str(), 0600), 0);
    assert_false(host.start().has_value());
    fs::remove(host.file(name));
    fs::create_directory(host.file(name));
    assert_false(host.start().has_value());
  }
}

TEST("hostile input 100: a read-only file system is named as such") {
  if (geteuid() != 0) skip_because("only root can mount");
  AtRest host;
  const char* state = host.settings.state_directory.c_str();
  assert_int_equal(mount(state, state, nullptr, MS_BIND, nullptr), 0);
  assert_int_equal(
      mount(nullptr, state, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr),
      0);
  const auto started = host.start();
  umount(state);
  assert_false(started.has_value());
  assert_true(says(started.error(), "Read-only"));
}

TEST("hostile input 105: a newer schema is refused, naming the versions") {
  AtRest host;
  run_sql(host.file("state.db"), "PRAGMA user_version = 99");
  fs::remove(host.file("state.db-wal"));
  const std::string before = read_file(host.file("state.db"));
  const Error error = host.refusal();
  assert_true(error.kind == ErrorKind::refused);
  assert_true(says(error, "99"));
  assert_true(read_file(host.file("state.db")) == before);
}

TEST(
    "hostile input 101: yesterday's backup is noticed, and its codes refused") {
  AtRest host;
  const std::string backup = read_file(host.file("state.db"));
  host.restart();
  const std::string code = host.code_now(*host.phone);
  assert_true(host.answer("alice", code) == Reason::verified);
  host.stop();
  write_file(host.file("state.db"), backup);
  host.restart();
  assert_true(host.store->rollback_detected() == host.clock.now().wall);
  assert_true(host.answer("alice", code) == Reason::replayed_code);
  host.clock.pass(seconds(30));
  assert_true(host.answer("alice", host.code_now(*host.phone)) ==
              Reason::verified);
}

TEST(
    "hostile input 101: a whole directory restored is noticed by the mark "
    "in the runtime directory") {
  AtRest host;
  const std::string backup = host.directory.path() + "/backup";
  fs::copy(host.settings.state_directory, backup);
  host.restart();
  const std::string code = host.code_now(*host.phone);
  assert_true(host.answer("alice", code) == Reason::verified);
  host.stop();
  fs::remove_all(host.settings.state_directory);
  fs::rename(backup, host.settings.state_directory);
  host.restart();
  assert_true(host.store->rollback_detected().has_value());
  assert_true(host.answer("alice", code) == Reason::replayed_code);
}

TEST("a rollback is told once, and refuses the old codes for good") {
  AtRest host;
  const std::string backup = read_file(host.file("state.db"));
  host.restart();
  const std::string code = host.code_now(*host.phone);
  assert_true(host.answer("alice", code) == Reason::verified);
  host.stop();
  write_file(host.file("state.db"), backup);
  host.restart();
  host.restart();
  assert_false(host.store->rollback_detected().has_value());
  assert_true(host.answer("alice", code) == Reason::replayed_code);
  // A method bound since has a seed that no older code fits.
  host.clock.pass(seconds(1));
  const auto anew = host.bind("bob");
  assert_true(host.answer("bob", host.code_now(anew)) == Reason::verified);
}

TEST("a mark that is garbage, or another database's, is not believed") {
  AtRest host;
  for (const std::string& mark :
       {std::string(32, '\xff'), std::string(), std::string(1000, 'm')}) {
    write_file(host.file("commit-mark"), mark);
    host.restart();
    assert_false(host.store->rollback_detected().has_value());
    host.stop();
  }
  AtRest other;
  other.restart();
  for (int i = 0; i < 20; ++i) other.answer("alice", "000000");
  other.stop();
  write_file(host.file("commit-mark"), read_file(other.file("commit-mark")));
  host.restart();
  assert_false(host.store->rollback_detected().has_value());
}

TEST("a key is taken from the credentials directory first") {
  AtRest host;
  const std::string credentials = host.directory.path() + "/credentials";
  assert_int_equal(mkdir(credentials.c_str(), 0700), 0);
  fs::rename(host.file("master.key"), credentials + "/master.key");
  assert_int_equal(chmod((credentials + "/master.key").c_str(), 0400), 0);
  const StateFiles found =
      find_state(host.settings.state_directory, credentials);
  assert_string_equal(found.key_path->c_str(),
                      (credentials + "/master.key").c_str());
  assert_true(read_key(*found.key_path).has_value());
}

TEST("a key file of another length is damaged; none is ever overwritten") {
  AtRest host;
  assert_true(
      create_key(host.settings.state_directory, host.random).error().kind ==
      ErrorKind::conflict);
  for (const std::size_t size : {0u, 31u, 33u}) {
    write_file(host.file("master.key"), std::string(size, 'k'));
    assert_true(read_key(host.file("master.key")).error().kind ==
                ErrorKind::damaged);
  }
}

}  // namespace
}  // namespace mfa::test
