// SPDX-License-Identifier: BSD-3-Clause
#include "tests/pam/interpose.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <poll.h>
#include <pwd.h>
#include <security/pam_modules.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "tests/pam/sanitizer.h"

namespace mfa::test {
namespace {

// malloc() is called before constructors run: all of this is zero at start.
struct Range {
  uintptr_t begin;
  uintptr_t end;
};
Range module_range;

int find_module(dl_phdr_info* info, size_t, void*) {
  const std::string_view name = info->dlpi_name ? info->dlpi_name : "";
  if (!name.ends_with("/pam_mfa.so")) return 0;
  module_range.begin = info->dlpi_addr;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    module_range.end = std::max(
        module_range.end, info->dlpi_addr + segment.p_vaddr + segment.p_memsz);
  }
  return 1;
}

// The module is linked with -z nodelete: found once, it stays.
bool is_module(const void* return_address) {
  if (module_range.end == 0) dl_iterate_phdr(find_module, nullptr);
  const auto address = reinterpret_cast<uintptr_t>(return_address);
  return address >= module_range.begin && address < module_range.end;
}

struct Plan {
  bool armed;
  Fault kind;
  int n;
  bool from_then_on;
  int count;
  const char* failed;
};
Plan plan;

bool fails(Fault kind, const char* function, const void* caller) {
  if (!plan.armed || plan.kind != kind || !is_module(caller)) return false;
  ++plan.count;
  const bool now =
      plan.from_then_on ? plan.count >= plan.n : plan.count == plan.n;
  if (now && !plan.failed) plan.failed = function;
  return now;
}

bool system_call_fails(const char* function, const void* caller) {
  if (fails(Fault::system_call, function, caller)) return errno = EIO, true;
  if (fails(Fault::interruption, function, caller)) return errno = EINTR, true;
  return false;
}

struct Time {
  bool skips_waiting;
  long moved;  // milliseconds
};
Time module_time;

struct ConnectTime {
  bool is_short;
  long longest;
};
ConnectTime connect_time;

long agent_account = -1;

constexpr size_t kMaxWatched = 256;
struct Watch {
  void* memory;
  size_t size;
};
Watch watches[kMaxWatched];
Watched watched_counts;

[[maybe_unused]] void note_free(void* memory) {
  for (Watch& watch : watches) {
    if (watch.memory != memory) continue;
    const char* bytes = static_cast<const char*>(memory);
    ++watched_counts.freed;
    if (std::any_of(bytes, bytes + watch.size, [](char c) { return c; })) {
      ++watched_counts.freed_unwiped;
    }
    watch = {};
  }
}

std::vector<LogLine>& lines() {
  static std::vector<LogLine> all;
  return all;
}

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

const std::vector<LogLine>& log_lines() { return lines(); }
void forget_log() { lines().clear(); }

bool was_logged(int priority, std::string_view part) {
  return std::any_of(lines().begin(), lines().end(), [&](const LogLine& line) {
    return line.priority == priority &&
           line.text.find(part) != std::string::npos;
  });
}

bool was_logged_anywhere(std::string_view part) {
  return std::any_of(lines().begin(), lines().end(), [&](const LogLine& line) {
    return line.text.find(part) != std::string::npos;
  });
}

ModuleClock::ModuleClock(bool skips_waiting) {
  module_time = {skips_waiting, 0};
}
ModuleClock::~ModuleClock() { module_time = {}; }
void ModuleClock::advance(long milliseconds) {
  module_time.moved += milliseconds;
}
long ModuleClock::moved() const { return module_time.moved; }

FailingCall::FailingCall(Fault kind, int n, bool from_then_on) {
  plan = {true, kind, n, from_then_on, 0, nullptr};
}
FailingCall::~FailingCall() { plan = {}; }
bool FailingCall::happened() const { return plan.failed != nullptr; }
const char* FailingCall::function() const { return plan.failed; }

ShortConnectTime::ShortConnectTime() { connect_time = {true, 0}; }
ShortConnectTime::~ShortConnectTime() { connect_time = {}; }
long ShortConnectTime::longest_asked_for() const {
  return connect_time.longest;
}

void set_agent_account(long uid) { agent_account = uid; }

char* watched_copy(std::string_view bytes) {
  auto* memory = static_cast<char*>(malloc(bytes.size() + 1));
  memcpy(memory, bytes.data(), bytes.size());
  memory[bytes.size()] = '\0';
  for (Watch& watch : watches) {
    if (watch.memory) continue;
    watch = {memory, bytes.size()};
    break;
  }
  return memory;
}
Watched watched() { return watched_counts; }
void forget_watched() { watched_counts = {}; }

}  // namespace mfa::test

using namespace mfa::test;

// Under another C++ name, because libc's own headers may define these inline.
#define INTERPOSE(result, name, ...)                \
  extern "C" __attribute__((visibility("default"))) \
  result ours_##name(__VA_ARGS__) __asm__(#name);   \
  extern "C" result ours_##name(__VA_ARGS__)
#define CALLER __builtin_return_address(0)

#if !MFA_SANITIZED
extern "C" {
void* __libc_malloc(size_t);
void __libc_free(void*);
}
INTERPOSE(void*, malloc, size_t size) {
  if (plan.armed && fails(Fault::allocation, "malloc", CALLER)) {
    errno = ENOMEM;
    return nullptr;
  }
  return __libc_malloc(size);
}
INTERPOSE(void, free, void* memory) {
  if (memory) note_free(memory);
  __libc_free(memory);
}
#endif

INTERPOSE(int, socket, int family, int type, int protocol) {
  if (system_call_fails("socket", CALLER)) return -1;
  return real<int(int, int, int)>("socket")(family, type, protocol);
}

INTERPOSE(int, connect, int fd, const sockaddr* address, socklen_t size) {
  if (system_call_fails("connect", CALLER)) return -1;
  return real<int(int, const sockaddr*, socklen_t)>("connect")(fd, address,
                                                               size);
}

INTERPOSE(int, setsockopt, int fd, int level, int name, const void* value,
          socklen_t size) {
  auto* real_one =
      real<int(int, int, int, const void*, socklen_t)>("setsockopt");
  if (system_call_fails("setsockopt", CALLER)) return -1;
  if (!connect_time.is_short || name != SO_SNDTIMEO) {
    return real_one(fd, level, name, value, size);
  }
  const auto* asked = static_cast<const timeval*>(value);
  const long milliseconds = asked->tv_sec * 1000 + asked->tv_usec / 1000;
  connect_time.longest = std::max(connect_time.longest, milliseconds);
  const timeval hundredth = {0, milliseconds * 10};
  return real_one(fd, level, name, &hundredth, sizeof hundredth);
}

INTERPOSE(int, getsockopt, int fd, int level, int name, void* value,
          socklen_t* size) {
  if (system_call_fails("getsockopt", CALLER)) return -1;
  return real<int(int, int, int, void*, socklen_t*)>("getsockopt")(
      fd, level, name, value, size);
}

INTERPOSE(ssize_t, send, int fd, const void* data, size_t size, int flags) {
  if (system_call_fails("send", CALLER)) return -1;
  return real<ssize_t(int, const void*, size_t, int)>("send")(fd, data, size,
                                                              flags);
}

INTERPOSE(ssize_t, recvmsg, int fd, msghdr* message, int flags) {
  if (system_call_fails("recvmsg", CALLER)) return -1;
  return real<ssize_t(int, msghdr*, int)>("recvmsg")(fd, message, flags);
}

INTERPOSE(ssize_t, getrandom, void* bytes, size_t size, unsigned flags) {
  if (system_call_fails("getrandom", CALLER)) return -1;
  return real<ssize_t(void*, size_t, unsigned)>("getrandom")(bytes, size,
                                                             flags);
}

INTERPOSE(int, poll, pollfd* fds, nfds_t count, int timeout) {
  auto* real_one = real<int(pollfd*, nfds_t, int)>("poll");
  if (!is_module(CALLER)) return real_one(fds, count, timeout);
  if (system_call_fails("poll", CALLER)) return -1;
  if (!module_time.skips_waiting) return real_one(fds, count, timeout);
  const int ready = real_one(fds, count, 0);
  if (ready == 0) module_time.moved += timeout;
  return ready;
}

INTERPOSE(int, clock_gettime, clockid_t clock, timespec* now) {
  const int code = real<int(clockid_t, timespec*)>("clock_gettime")(clock, now);
  // Whoever asks: with a sanitizer the module reads it through libstdc++.so.
  if (clock != CLOCK_MONOTONIC) return code;
  now->tv_sec += module_time.moved / 1000;
  now->tv_nsec += module_time.moved % 1000 * 1'000'000;
  if (now->tv_nsec >= 1'000'000'000) {
    now->tv_nsec -= 1'000'000'000;
    ++now->tv_sec;
  }
  return code;
}

INTERPOSE(int, pam_get_item, const pam_handle_t* pamh, int type,
          const void** value) {
  if (fails(Fault::pam_function, "pam_get_item", CALLER)) {
    return PAM_SYSTEM_ERR;
  }
  return real<int(const pam_handle_t*, int, const void**)>("pam_get_item")(
      pamh, type, value);
}

INTERPOSE(int, pam_get_user, pam_handle_t* pamh, const char** user,
          const char* prompt) {
  if (fails(Fault::pam_function, "pam_get_user", CALLER)) return PAM_BUF_ERR;
  return real<int(pam_handle_t*, const char**, const char*)>("pam_get_user")(
      pamh, user, prompt);
}

INTERPOSE(int, pam_set_data, pam_handle_t* pamh, const char* name, void* data,
          void (*clean_up)(pam_handle_t*, void*, int)) {
  if (fails(Fault::pam_function, "pam_set_data", CALLER)) return PAM_BUF_ERR;
  return real<int(pam_handle_t*, const char*, void*,
                  void (*)(pam_handle_t*, void*, int))>("pam_set_data")(
      pamh, name, data, clean_up);
}

INTERPOSE(passwd*, pam_modutil_getpwnam, pam_handle_t* pamh, const char* name) {
  static char shown_name[] = "mfa-agent";
  static passwd account;
  if (agent_account >= 0 && strcmp(name, shown_name) == 0) {
    account.pw_name = shown_name;
    account.pw_uid = static_cast<uid_t>(agent_account);
    return &account;
  }
  return real<passwd*(pam_handle_t*, const char*)>("pam_modutil_getpwnam")(
      pamh, name);
}

INTERPOSE(void, pam_syslog, const pam_handle_t*, int priority,
          const char* format, ...) {
  if (!is_module(CALLER)) return;  // libpam talks to itself
  char text[8192];
  va_list arguments;
  va_start(arguments, format);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"  // it is a printf
  vsnprintf(text, sizeof text, format, arguments);
#pragma GCC diagnostic pop
  va_end(arguments);
  lines().push_back({priority, text});
}
