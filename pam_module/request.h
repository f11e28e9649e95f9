// SPDX-License-Identifier: BSD-3-Clause
//
// PAM items and environment -> BEGIN. Nothing is interpreted here: what a
// host, terminal or key means is the agent's to say. A value that cannot
// travel (too long, not text) is left out where the agent trusts less what it
// does not know. A remote host is not, for without one it is the console's
// turn, and a remote user refuses (PROTOCOL.md, BEGIN).
#pragma once

#include <optional>

#include "pam_module/call.h"
#include "pam_module/deadline.h"
#include "wire/message.h"

namespace mfa::pam {

// nullopt when user or service cannot be a name, or the remote user
// cannot travel; logged.
// Without random numbers there is no BEGIN either; errno says why.
struct Request {
  std::optional<wire::Begin> begin;
  int refusal = PAM_SYSTEM_ERR;  // where there is none
};
Request make_request(const Call& call, wire::Phase phase, Deadline deadline);

// sshd gives this instead of what an unknown person typed: a fixed text,
// repeated to the same length (auth-pam.c, fake_password).
bool is_sshd_filler(std::string_view password);

}  // namespace mfa::pam
