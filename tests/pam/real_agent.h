// SPDX-License-Identifier: BSD-3-Clause
//
// The real mfa-agent on a directory of its own, and people enrolled in it
// with the real mfactl.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "tests/pam/stack.h"

namespace mfa::test {

class RealAgent {
 public:
  // `configuration` is added to the directories. Returns when the agent says
  // it is ready.
  explicit RealAgent(std::string_view configuration = "");
  ~RealAgent();
  RealAgent(const RealAgent&) = delete;
  RealAgent& operator=(const RealAgent&) = delete;

  std::string socket() const { return directory_.path() + "/run/sign-in.sock"; }
  pid_t pid() const { return agent_; }

  // Registers a TOTP method; returns its shared secret in base32.
  std::string enrol(const std::string& user);

 private:
  TemporaryDirectory directory_;
  pid_t agent_ = -1;
};

// Skips the test where the agent or mfactl is not built, or where nobody has
// this name. Call it first.
void need_agent_and(const char* account);

// The code of the time step now, or of `steps` before.
std::string totp_code(const std::string& base32_secret, unsigned steps = 0);

}  // namespace mfa::test
