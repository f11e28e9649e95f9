// SPDX-License-Identifier: BSD-3-Clause
#include "connector/config/secret_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/check.h"

namespace mfa::connector {
namespace {

class Folder {
 public:
  Folder() {
    char path[] = "/tmp/mfa-secret-XXXXXX";
    assert_non_null(mkdtemp(path));
    path_ = path;
  }
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string file(const std::string& text, mode_t mode = 0640) const {
    const std::string name = path_ + "/secret";
    std::ofstream(name) << text;
    assert_int_equal(chmod(name.c_str(), mode), 0);
    return name;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void assert_refused(const Result<Secret>& secret, ErrorKind kind,
                    const char* words) {
  assert_false(secret.has_value());
  assert_true(secret.error().kind == kind);
  if (secret.error().what.find(words) == std::string::npos) {
    fail_msg("\"%s\" does not say \"%s\"", secret.error().what.c_str(), words);
  }
}

TEST("a secret is read without the newline at its end, and only that one") {
  const Folder folder;
  assert_true(read_secret_file(folder.file("s3cret\n"))->equals("s3cret"));
  assert_true(read_secret_file(folder.file("s3cret"))->equals("s3cret"));
  assert_true(read_secret_file(folder.file("a\nb\n\n"))->equals("a\nb\n"));
  assert_true(read_secret_file(folder.file(" s "))->equals(" s "));
}

TEST("a secret that everybody may read is not used") {
  const Folder folder;
  assert_refused(read_secret_file(folder.file("x", 0644)), ErrorKind::refused,
                 "everybody may read");
  assert_refused(read_secret_file(folder.file("x", 0660)), ErrorKind::refused,
                 "more than its owner may write");
}

TEST("a secret that is empty, too long or binary is not used") {
  const Folder folder;
  assert_refused(read_secret_file(folder.file("")), ErrorKind::malformed,
                 "empty");
  assert_refused(read_secret_file(folder.file("\n")), ErrorKind::malformed,
                 "empty");
  assert_refused(
      read_secret_file(folder.file(std::string(kMaxSecretBytes + 1, 'x'))),
      ErrorKind::malformed, "longer than");
  assert_refused(read_secret_file(folder.file(std::string("a\0b", 3))),
                 ErrorKind::malformed, "NUL");
  assert_true(
      read_secret_file(folder.file(std::string(kMaxSecretBytes, 'x') + '\n'))
          .has_value());
}

TEST("a secret that is not there, or a link, is named") {
  const Folder folder;
  assert_refused(read_secret_file(folder.path() + "/gone"),
                 ErrorKind::not_found, "/gone");
  folder.file("x");
  std::filesystem::create_symlink(folder.path() + "/secret",
                                  folder.path() + "/link");
  assert_refused(read_secret_file(folder.path() + "/link"), ErrorKind::refused,
                 "symbolic link");
}

TEST("a credential is read from the folder that systemd names") {
  const Folder folder;
  folder.file("from systemd\n", 0400);
  setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
  const auto secret = read_secret_file("credential:secret");
  const auto outside = read_secret_file("credential:../secret");
  unsetenv("CREDENTIALS_DIRECTORY");
  assert_true(secret->equals("from systemd"));
  assert_refused(outside, ErrorKind::malformed, "name of a credential");
  assert_refused(read_secret_file("credential:secret"), ErrorKind::not_found,
                 "LoadCredential=secret:");
}

void assert_no_keytab(const std::string& file, const char* words) {
  const auto path = keytab_path(file);
  assert_false(path.has_value());
  if (path.error().what.find(words) == std::string::npos) {
    fail_msg("\"%s\" does not say \"%s\"", path.error().what.c_str(), words);
  }
}

TEST("a keytab is known by its beginning, and guarded as a secret is") {
  const Folder folder;
  const std::string keytab = std::string("\x05\x02") + '\0' + "keys";
  const std::string file = folder.file(keytab);
  assert_string_equal(keytab_path(file)->c_str(), file.c_str());
  assert_no_keytab(folder.file("s3cret"), "this is no keytab");
  assert_no_keytab(folder.file(""), "this is no keytab");
  assert_no_keytab(folder.file(keytab + std::string(kMaxKeytabBytes, 'x')),
                   "this is no keytab");
  assert_no_keytab(folder.file(keytab, 0644), "everybody may read");
  assert_no_keytab(folder.path() + "/absent", "absent");
}

}  // namespace
}  // namespace mfa::connector
