// SPDX-License-Identifier: BSD-3-Clause
//
// The module leaves the application as it found it.
#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <sstream>
#include <string>

#include "tests/check.h"
#include "tests/pam/interpose.h"
#include "tests/pam/sanitizer.h"
#include "tests/pam/scripted_agent.h"
#include "tests/pam/stack.h"

using namespace mfa;
using namespace mfa::test;
using wire::Outcome;

extern char** environ;

namespace {

constexpr int kSignIns = 10'000;
constexpr long kMaxGrowthKiB = 256;  // measured: 0 to 64

std::string text_of(const char* path) {
  std::string text;
  FILE* file = fopen(path, "r");
  assert_non_null(file);
  char part[4096];
  while (const size_t size = fread(part, 1, sizeof part, file)) {
    text.append(part, size);
  }
  fclose(file);
  return text;
}

std::set<std::string> open_descriptors() {
  std::set<std::string> all;
  DIR* directory = opendir("/proc/self/fd");
  assert_non_null(directory);
  const std::string own = std::to_string(dirfd(directory));
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_name != own) all.insert(entry->d_name);
  }
  closedir(directory);
  return all;
}

// The lines of /proc/self/status that say anything about rights and signals.
std::string rights_and_signals() {
  std::istringstream status(text_of("/proc/self/status"));
  std::string all;
  for (std::string line; std::getline(status, line);) {
    for (const char* name : {"Umask", "Uid", "Gid", "Groups", "Threads", "Sig",
                             "Shd", "Cap", "NoNewPrivs"}) {
      if (line.starts_with(name)) all += line + '\n';
    }
  }
  return all;
}

// Everything a module might change, as text.
std::string state_of_process() {
  char directory[4096] = "";
  assert_non_null(getcwd(directory, sizeof directory));
  std::string state = rights_and_signals() + directory;
  state += '\n' + std::string(setlocale(LC_ALL, nullptr)) + '\n';
  for (char** variable = environ; *variable; ++variable) {
    state += std::string(*variable) + '\n';
  }
  for (const std::string& fd : open_descriptors()) state += fd + ' ';
  return state;
}

long resident_kib() {
  long pages = 0;
  const std::string statm = text_of("/proc/self/statm");
  assert_int_equal(sscanf(statm.c_str(), "%*d %ld", &pages), 1);
  return pages * sysconf(_SC_PAGESIZE) / 1024;
}

int sign_in(const ScriptedAgent& agent) {
  auto app = Application::usual("sshd", agent.socket());
  app.replies.push_back(typed("123456"));
  const int code = app.authenticate();
  return code == PAM_SUCCESS ? app.check_account() : code;
}

void ask_in_authentication(Peer& peer) {
  if (peer.receive_begin().phase == wire::Phase::authenticate) peer.ask();
  peer.conclude(Outcome::allow);
}

// What `body` returns in a child process, so that it may ruin that.
template <class Body>
int in_child(Body body) {
  fflush(nullptr);
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void open_descriptors_until(rlim_t limit) {
  const rlimit limits = {limit, limit};
  setrlimit(RLIMIT_NOFILE, &limits);
  while (dup(0) >= 0) {
  }
}

// The kernel gives no more, and of what malloc() has only crumbs are left:
// enough for this program's own log, not for a datagram.
void take_memory() {
  constexpr size_t kCrumb = 2048;
  const rlimit none = {1, 1};
  setrlimit(RLIMIT_AS, &none);
  for (size_t size = 1 << 20; size >= kCrumb; size /= 2) {
    for (void* volatile kept = malloc(size); kept;) kept = malloc(size);
  }
}

// In a mount namespace of this process; false: not allowed here.
bool take_proc() {
  if (unshare(CLONE_NEWNS) != 0 ||
      mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return false;
  }
  // One may lie over another.
  while (umount2("/proc", MNT_DETACH) == 0) {
  }
  return access("/proc/self", F_OK) != 0;
}

}  // namespace

TEST("a sign-in changes nothing in the process") {
  ScriptedAgent agent(ask_in_authentication);
  ScriptedAgent denying(deny(Outcome::wrong));
  sign_in(agent);  // what libpam and libc keep from the first
  const std::string before = state_of_process();
  assert_int_equal(sign_in(agent), PAM_SUCCESS);
  assert_string_equal(state_of_process().c_str(), before.c_str());
  assert_int_equal(sign_in(denying), PAM_AUTH_ERR);
  assert_string_equal(state_of_process().c_str(), before.c_str());
  auto none = Application::usual("sshd", "/nonexistent/sign-in.sock");
  none.authenticate();
  assert_string_equal(state_of_process().c_str(), before.c_str());
}

TEST("10,000 sign-ins in one process leave nothing behind") {
  ScriptedAgent agent(ask_in_authentication);
  for (int i = 0; i < 200; ++i) sign_in(agent);
  forget_log();
  const auto descriptors = open_descriptors();
  const long before = resident_kib();
  for (int i = 0; i < kSignIns; ++i) {
    assert_int_equal(sign_in(agent), PAM_SUCCESS);
    forget_watched();
  }
  assert_true(open_descriptors() == descriptors);
  if (MFA_SANITIZED) return;  // it keeps freed memory
  assert_in_range(std::max(resident_kib() - before, 0L), 0, kMaxGrowthKiB);
}

TEST("a sign-in works beside 2,000 open descriptors") {
  rlimit limits{};
  getrlimit(RLIMIT_NOFILE, &limits);
  if (limits.rlim_max < 2100) skip_because("RLIMIT_NOFILE is below 2,100");
  ScriptedAgent agent(ask_in_authentication);
  const int code = in_child([&] {
    limits.rlim_cur = limits.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limits) != 0) return 98;
    for (int i = 0; i < 2000; ++i) {
      if (dup(0) < 0) return 97;
    }
    return sign_in(agent);
  });
  assert_int_equal(code, PAM_SUCCESS);
}

TEST("a sign-in without a free descriptor is denied") {
  ScriptedAgent agent(ask_in_authentication);
  const int code = in_child([&] {
    auto app = Application::usual("sshd", agent.socket());
    // libpam reads its configuration, and the module is mapped, before.
    app.replies.push_back(typed("123456"));
    if (app.authenticate() != PAM_SUCCESS) return 98;
    open_descriptors_until(64);
    app.replies.push_back(typed("123456"));
    const int denied = app.authenticate();
    if (!was_logged_anywhere("cannot make a socket: Too many")) return 96;
    return app.check_account() != PAM_SUCCESS ? denied : 97;
  });
  assert_int_equal(code, PAM_SYSTEM_ERR);
}

TEST("a sign-in without memory is denied, and in the account phase too") {
  if (MFA_SANITIZED) skip_because("a sanitizer needs memory of its own");
  ScriptedAgent agent(allow);
  const int code = in_child([&] {
    auto app = Application::usual("sshd", agent.socket());
    // libpam reads its configuration, and the module is mapped, before.
    if (app.authenticate() != PAM_SUCCESS) return 98;
    take_memory();
    const int denied = app.authenticate();
    return app.check_account() != PAM_SUCCESS ? denied : 97;
  });
  assert_int_equal(code, PAM_BUF_ERR);
}

TEST("a process that has no memory from the start lets nobody in") {
  if (MFA_SANITIZED) skip_because("a sanitizer needs memory of its own");
  ScriptedAgent agent(allow);
  const int code = in_child([&] {
    auto app = Application::usual("sshd", agent.socket());
    take_memory();
    const int denied = app.authenticate();
    return app.check_account() != PAM_SUCCESS ? denied : 97;
  });
  if (code == PAM_SUCCESS || code < 0) fail_msg("got %d", code);
  assert_in_range(code, 1, _PAM_RETURN_VALUES - 1);
}

TEST("a sign-in works without /proc") {
  ScriptedAgent agent(ask_in_authentication);
  constexpr int kNotAllowed = 99;
  const int code = in_child([&] {
    if (!take_proc()) return kNotAllowed;
    return sign_in(agent);
  });
  if (code == kNotAllowed) skip_because("no mount namespace without root");
  assert_int_equal(code, PAM_SUCCESS);
}

TEST("a sign-in works with the standard descriptors closed, and not on them") {
  ScriptedAgent agent(ask_in_authentication);
  const int code = in_child([&] {
    for (int fd = 0; fd <= 2; ++fd) close(fd);
    auto app = Application::usual("sshd", agent.socket());
    bool are_free = false;
    Reply reply = typed("123456");
    reply.meanwhile = [&] {  // the socket is open now
      are_free = fcntl(0, F_GETFD) < 0 && fcntl(1, F_GETFD) < 0 &&
                 fcntl(2, F_GETFD) < 0;
    };
    app.replies.push_back(reply);
    const int done = app.authenticate();
    return are_free ? done : 97;
  });
  assert_int_equal(code, PAM_SUCCESS);
}

TEST("a program the conversation starts does not inherit the socket") {
  ScriptedAgent agent(ask_in_authentication);
  auto app = Application::usual("sshd", agent.socket());
  const auto before = open_descriptors();
  bool all_close_on_exec = true;
  size_t more = 0;
  Reply reply = typed("123456");
  reply.meanwhile = [&] {
    for (const std::string& fd : open_descriptors()) {
      if (before.contains(fd)) continue;
      ++more;
      const int flags = fcntl(std::stoi(fd), F_GETFD);
      if ((flags & FD_CLOEXEC) == 0) all_close_on_exec = false;
    }
  };
  app.replies.push_back(reply);
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(more, 1);
  assert_true(all_close_on_exec);
}

TEST("hostile input 13: signals in the middle of a prompt lose nothing") {
  ScriptedAgent agent(ask_in_authentication);
  struct sigaction count {};
  struct sigaction before {};
  count.sa_handler = [](int) {};
  sigaction(SIGALRM, &count, &before);
  auto app = Application::usual("sshd", agent.socket());
  Reply reply = typed("123456");
  reply.meanwhile = [] { raise(SIGALRM); };
  app.replies.push_back(reply);
  const int code = app.authenticate();
  sigaction(SIGALRM, &before, nullptr);
  assert_int_equal(code, PAM_SUCCESS);
}

TEST("hostile input 13: a killed application is a closed connection") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    peer.ask();
  });
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    auto app = Application::usual("sshd", agent.socket());
    Reply reply = typed("123456");
    reply.meanwhile = [] { raise(SIGKILL); };
    app.replies.push_back(reply);
    _exit(app.authenticate());
  }
  int status = 0;
  waitpid(child, &status, 0);
  assert_true(WIFSIGNALED(status));
  assert_int_equal(agent.heard(1).size(), 1);
}

TEST("an absent agent is known at once") {
  ModuleClock clock(/*skips_waiting=*/true);
  auto app = Application::usual("sshd", "/nonexistent/sign-in.sock");
  assert_int_equal(app.authenticate(), PAM_AUTHINFO_UNAVAIL);
  assert_int_equal(clock.moved(), 0);
}
