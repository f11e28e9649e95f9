// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/check.h"

namespace mfa {
namespace {

// A directory that goes away with the test.
class Folder {
 public:
  Folder() {
    char pattern[] = "/tmp/mfa-config-XXXXXX";
    path_ = mkdtemp(pattern);
  }
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string path(const std::string& name) const { return path_ + "/" + name; }

  std::string file(const std::string& text, mode_t mode = 0644) const {
    std::ofstream(path("c.yaml")) << text;
    assert_int_equal(chmod(path("c.yaml").c_str(), mode), 0);
    return path("c.yaml");
  }

 private:
  std::string path_;
};

void assert_refused(const std::string& path, ErrorKind kind,
                    const std::string& says) {
  const auto config = load_config(path);
  const std::string what = config ? "no error" : config.error().what;
  if (config || config.error().kind != kind || !what.starts_with(path + ":") ||
      what.find(says) == what.npos) {
    fail_msg("expected \"%s\", got: %s", says.c_str(), what.c_str());
  }
}

TEST("a configuration of one's own, readable by all, is loaded") {
  const Folder folder;
  const auto config = load_config(folder.file("admin_group: x\n"));
  assert_true(config.has_value());
  assert_string_equal(config->admin_group.c_str(), "x");
  assert_true(load_config(folder.file("{}", 0400)).has_value());
}

TEST("hostile input 51: a missing configuration is refused by name") {
  const Folder folder;
  assert_refused(folder.path("none.yaml"), ErrorKind::not_found,
                 "there is no such file");
  assert_refused(folder.file("{}") + "/x", ErrorKind::not_found,
                 "there is no such file");
}

TEST("hostile input 52: an empty configuration file is refused") {
  const Folder folder;
  assert_refused(folder.file(""), ErrorKind::malformed, "the file is empty");
}

TEST("hostile input 53: a configuration that others may write is refused") {
  const Folder folder;
  for (const mode_t mode : {0664u, 0646u, 0666u, 0620u, 0602u}) {
    const std::string path = folder.file("{}", mode);
    assert_refused(path, ErrorKind::refused, "run: chmod go-w '" + path + "'");
  }
}

TEST("hostile input 53: a configuration of another account is refused") {
  if (geteuid() != 0) skip_because("only root can give a file away");
  const Folder folder;
  const std::string path = folder.file("{}");
  assert_int_equal(chown(path.c_str(), 12345, 0), 0);
  assert_refused(path, ErrorKind::refused, "run: chown root '" + path + "'");
}

TEST(
    "hostile input 54: no directory, FIFO, device or link is opened for long") {
  const Folder folder;
  const std::string target = folder.file("{}");
  const std::string link = folder.path("link");
  const std::string fifo = folder.path("fifo");
  assert_int_equal(symlink(target.c_str(), link.c_str()), 0);
  assert_int_equal(mkfifo(fifo.c_str(), 0600), 0);
  assert_refused(link, ErrorKind::refused, "a symbolic link");
  assert_refused(fifo, ErrorKind::refused, "not a regular file");
  assert_refused("/tmp", ErrorKind::refused, "not a regular file");
  assert_refused("/dev/zero", ErrorKind::refused, "not a regular file");
}

TEST("hostile input 55: a configuration of 100 MiB is refused at 1 MiB") {
  const Folder folder;
  const std::string path = folder.file("{}");
  assert_int_equal(truncate(path.c_str(), 100 << 20), 0);
  assert_refused(path, ErrorKind::malformed, "longer than 1048576 bytes");
}

TEST("hostile input 64: there is no include, in any spelling") {
  const Folder folder;
  assert_refused(folder.file("include: c.yaml\n"), ErrorKind::malformed,
                 "unknown key \"include\"");
  assert_refused(folder.file("a: !include c.yaml\n"), ErrorKind::malformed,
                 "tags");
}

TEST("an error in the file names the file, the line and the column") {
  const Folder folder;
  assert_refused(folder.file("totp:\n  issuerr: x\n"), ErrorKind::malformed,
                 "c.yaml:2:3: unknown key");
}

}  // namespace
}  // namespace mfa
