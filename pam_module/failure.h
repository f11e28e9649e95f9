// SPDX-License-Identifier: BSD-3-Clause
//
// Why the agent gave no verdict.
#pragma once

namespace mfa::pam {

enum class Trouble {
  none,
  unreachable,  // nobody accepts on the socket
  impostor,     // whoever accepts is not the agent
  silent,       // connected, but no reply in time
  closed,       // the connection ended before a verdict
  malformed,    // what it sent is no message, or not one for this moment
  late,         // the person took longer than timeout= allows
  system,       // this process cannot make the call (no descriptors, ...)
};

struct Failure {
  Trouble trouble = Trouble::none;
  const char* what = "";  // for the log; lives for ever
  int error_number = 0;   // errno where a system call failed, else 0

  explicit operator bool() const { return trouble != Trouble::none; }
};

}  // namespace mfa::pam
