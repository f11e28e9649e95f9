// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/runtime_directory.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <fstream>

#include "tests/check.h"

namespace mfa::mfactl {
namespace {

constexpr char kDefault[] = "/run/mfa-agent";

// A file with this text for as long as it lives.
class File {
 public:
  explicit File(const char* text) {
    close(mkstemp(path_.data()));
    std::ofstream(path_) << text;
  }
  ~File() { unlink(path_.c_str()); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/mfactl-test-XXXXXX";
};

void assert_found(const char* config, const char* directory) {
  assert_string_equal(runtime_directory_in(config).c_str(), directory);
}

}  // namespace

TEST("a broken configuration still tells where the agent is") {
  const File file("runtime_directory: /run/x\nadmin_grup: [\n");
  const auto found = find_runtime_directory(file.path());
  assert_string_equal(found.directory.value_or("").c_str(), "/run/x");
  assert_non_null(strstr(found.complaint.c_str(), file.path().c_str()));
  assert_non_null(strstr(found.complaint.c_str(), "/run/x"));
}

TEST("a good configuration is nothing to complain of") {
  const File file("runtime_directory: /run/x\n");
  const auto found = find_runtime_directory(file.path());
  assert_string_equal(found.directory.value_or("").c_str(), "/run/x");
  assert_string_equal(found.complaint.c_str(), "");
}

TEST("a configuration that somebody named must be there") {
  const auto found = find_runtime_directory("/no/such/file.yaml");
  assert_false(found.directory.has_value());
  assert_non_null(strstr(found.complaint.c_str(), "no such file"));
}

TEST("runtime_directory is found in YAML that is right but for its keys") {
  assert_found("{runtime_directory: /run/x, nonsense: 1}", "/run/x");
  assert_found("nonsense: 1\n\"runtime_directory\": '/run/x'\n", "/run/x");
}

TEST("runtime_directory is found by its line where the YAML is wrong") {
  assert_found("a: [\nruntime_directory: /run/x", "/run/x");
  assert_found("a: [\nruntime_directory : \"/run/x\"  # here\r\n", "/run/x");
  assert_found("\t\xff\nruntime_directory: '/run/x'\n", "/run/x");
}

TEST("what names no directory means the default one") {
  assert_found("", kDefault);
  assert_found("a: [\nruntime_directory:\n", kDefault);
  assert_found("a: [\nruntime_directory: run/x\n", kDefault);
  assert_found("a: [\n# runtime_directory: /run/x\n", kDefault);
  assert_found("a: [\nruntime_directory_old: /run/x\n", kDefault);
  assert_found("runtime_directory: [/run/x]\n", kDefault);
  assert_found("runtime_directory: '", kDefault);
}

}  // namespace mfa::mfactl
