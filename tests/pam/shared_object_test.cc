// SPDX-License-Identifier: BSD-3-Clause
//
// What the module brings into sshd.
#include <stdio.h>
#include <sys/stat.h>

#include <set>
#include <sstream>
#include <string>

#include "tests/check.h"
#include "tests/command.h"
#include "tests/pam/sanitizer.h"
#include "tests/pam/stack.h"

using namespace mfa::test;

namespace {

constexpr off_t kMaxStrippedSize = 512 * 1024;

std::string output_of(const std::string& command) {
  const mfa::check::CommandResult result = mfa::check::run_command(command);
  assert_true(result.succeeded);
  return result.output;
}

std::set<std::string> words_of(const std::string& command) {
  std::istringstream words(output_of(command));
  std::set<std::string> all;
  for (std::string word; words >> word;) all.insert(word);
  return all;
}

}  // namespace

TEST("the module exports its four entry points and nothing else") {
  const std::set<std::string> expected = {"pam_sm_authenticate",
                                          "pam_sm_setcred", "pam_sm_acct_mgmt",
                                          "pam_sm_chauthtok"};
  assert_true(words_of("nm -D --defined-only " + module_path() +
                       " | awk '{print $NF}'") == expected);
}

TEST("the module needs libpam, libc and the dynamic linker only") {
  if (MFA_SANITIZED) skip_because("a sanitizer brings its own library");
  for (const std::string& name :
       words_of("readelf -d " + module_path() +
                " | sed -n 's/.*(NEEDED).*\\[\\(.*\\)\\]/\\1/p'")) {
    if (name != "libpam.so.0" && name != "libc.so.6" &&
        !name.starts_with("ld-linux")) {
      fail_msg("needs %s", name.c_str());
    }
  }
}

TEST("the module stays mapped, and is bound when it is loaded") {
  const std::string dynamic = output_of("readelf -d " + module_path());
  assert_true(dynamic.find("NODELETE") != std::string::npos);
  assert_true(dynamic.find("NOW") != std::string::npos);
}

TEST("the stripped module has at most 512 KiB") {
  if (MFA_SANITIZED) skip_because("a sanitizer makes code large");
  TemporaryDirectory directory;
  const std::string stripped = directory.path() + "/pam_mfa.so";
  output_of("strip -o " + stripped + " " + module_path());
  struct stat status {};
  assert_int_equal(stat(stripped.c_str(), &status), 0);
  assert_true(status.st_size <= kMaxStrippedSize);
}

TEST("the module destroys nothing when it is unloaded or a thread ends") {
  if (MFA_SANITIZED) skip_because("a sanitizer registers its own");
  const auto symbols = words_of("nm -D --undefined-only " + module_path() +
                                " | awk '{print $NF}' | sed 's/@.*//'");
  assert_true(symbols.count("__cxa_atexit") == 0);
  assert_true(symbols.count("atexit") == 0);
  assert_true(symbols.count("__cxa_thread_atexit_impl") == 0);
}

TEST("the module cannot fork, start threads or change the process") {
  if (MFA_SANITIZED) skip_because("a sanitizer uses such functions");
  const auto symbols = words_of("nm -D --undefined-only " + module_path() +
                                " | awk '{print $NF}' | sed 's/@.*//'");
  for (const char* name :
       {"fork",      "vfork",       "posix_spawn",     "execve",
        "system",    "popen",       "pthread_create",  "signal",
        "sigaction", "sigprocmask", "pthread_sigmask", "setenv",
        "putenv",    "unsetenv",    "umask",           "chdir",
        "tzset",     "setuid",      "seteuid",         "setresuid",
        "open",      "openat",      "fopen",           "ioctl",
        "tcsetattr", "select",      "sleep",           "getaddrinfo"}) {
    if (symbols.count(name) != 0) fail_msg("uses %s", name);
  }
}
