// SPDX-License-Identifier: BSD-3-Clause
//
// This program defines some functions of libc and libpam itself; the dynamic
// linker then gives ours to pam_mfa.so as well. Each does the real thing
// unless a test asked for something else, and only for calls that come from
// the module: libpam, cmocka and the tests never notice.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mfa::test {

// --- the log ---------------------------------------------------------------

struct LogLine {
  int priority = 0;
  std::string text;
};
// What the module logged since forget_log().
const std::vector<LogLine>& log_lines();
void forget_log();
// Whether a line of that priority holds `part`.
bool was_logged(int priority, std::string_view part);
bool was_logged_anywhere(std::string_view part);

// --- time ------------------------------------------------------------------

// While one lives, a test moves the module's clock. With `skips_waiting` the
// module also does not really wait: a poll() that finds nothing at once moves
// the clock by its timeout; the process behind the socket must then be one
// that never answers.
class ModuleClock {
 public:
  explicit ModuleClock(bool skips_waiting);
  ~ModuleClock();
  ModuleClock(const ModuleClock&) = delete;
  ModuleClock& operator=(const ModuleClock&) = delete;

  void advance(long milliseconds);
  long moved() const;  // milliseconds
};

// --- failures --------------------------------------------------------------

enum class Fault {
  allocation,    // operator new in the module
  system_call,   // socket, connect, poll, send, recvmsg, ...
  interruption,  // the same, but EINTR, once
  pam_function,  // pam_get_item, pam_set_data, ...
};

// The n-th call of that kind fails, counted from 1; with `from_then_on` all
// later ones too. Ends with the object.
class FailingCall {
 public:
  FailingCall(Fault kind, int n, bool from_then_on = false);
  ~FailingCall();
  FailingCall(const FailingCall&) = delete;
  FailingCall& operator=(const FailingCall&) = delete;

  bool happened() const;
  const char* function() const;  // which one failed
};

// Takes SO_SNDTIMEO for hundredths of what it says and returns the longest
// that was asked for, in milliseconds.
class ShortConnectTime {
 public:
  ShortConnectTime();
  ~ShortConnectTime();
  ShortConnectTime(const ShortConnectTime&) = delete;
  ShortConnectTime& operator=(const ShortConnectTime&) = delete;
  long longest_asked_for() const;
};

// The uid that pam_modutil_getpwnam("mfa-agent") finds; -1: the real one.
void set_agent_account(long uid);

// --- memory ----------------------------------------------------------------

// malloc() whose free() notes whether all `size` bytes were zero by then.
char* watched_copy(std::string_view bytes);
struct Watched {
  int freed = 0;
  int freed_unwiped = 0;
};
Watched watched();
void forget_watched();

}  // namespace mfa::test
