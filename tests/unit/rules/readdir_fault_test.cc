// SPDX-License-Identifier: BSD-3-Clause
//
// A folder of policies on a disk that fails while it is read. The readdir of
// this program stands before libc's, and fails when a test says so.
#include <dirent.h>
#include <dlfcn.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "agent/rules/rules.h"
#include "tests/check.h"

namespace {

int calls_until_failure = -1;  // -1: it does not fail
int calls = 0;

}  // namespace

extern "C" dirent* readdir(DIR* folder) {
  ++calls;
  if (calls_until_failure == 0) {
    errno = EIO;
    return nullptr;
  }
  if (calls_until_failure > 0) --calls_until_failure;
  using Readdir = dirent* (*)(DIR*);
  static const auto of_libc =
      reinterpret_cast<Readdir>(dlsym(RTLD_NEXT, "readdir"));
  return of_libc(folder);
}

namespace mfa {
namespace {

constexpr char kPolicy[] =
    "displayName: P\nstate: enabled\n"
    "conditions: {users: {includeUsers: [All]}, "
    "applications: {includeApplications: [All]}}\n"
    "grantControls: {builtInControls: [block]}\n";

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/mfa-readdir-XXXXXX";
    path_ = mkdtemp(name);
    std::filesystem::create_directory(path_ + "/policies");
    chmod((path_ + "/policies").c_str(), 0755);
    for (const char* file : {"a.yaml", "b.yaml", "c.yaml"}) {
      write(std::string("policies/") + file, kPolicy);
    }
    write("mfa-agent.yaml", "policies: " + path_ +
                                "/policies\n"
                                "security_defaults: {enabled: false}\n");
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // Fails at that call of readdir; -1: at none.
  Result<Rules> load(int failing_call) const {
    calls = 0;
    calls_until_failure = failing_call;
    auto rules = load_rules(path_ + "/mfa-agent.yaml");
    calls_until_failure = -1;
    return rules;
  }

 private:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + '/' + name) << text;
    chmod((path_ + '/' + name).c_str(), 0644);
  }

  std::string path_;
};

TEST("a folder that cannot be read to its end is no folder of fewer policies") {
  const Folder folder;
  const auto whole = folder.load(-1);
  if (!whole) fail_msg("%s", whole.error().what.c_str());
  assert_int_equal(whole->policies.list.size(), 3);
  // Three files, "." and "..", and the end.
  const int needed = calls;
  assert_int_equal(needed, 6);
  for (int call = 0; call < needed; ++call) {
    const auto rules = folder.load(call);
    if (rules) fail_msg("call %d", call);
    assert_true(rules.error().kind == ErrorKind::unavailable);
    assert_non_null(strstr(rules.error().what.c_str(), "/policies: "));
    assert_non_null(strstr(rules.error().what.c_str(), "Input/output error"));
  }
}

}  // namespace
}  // namespace mfa
