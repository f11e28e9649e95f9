// SPDX-License-Identifier: BSD-3-Clause
//
// SSH_AUTH_INFO_0: what sshd tells PAM of the authentication methods that a
// person has passed, one per line: "password", or "publickey ssh-ed25519
// AAAA..." with words of sshd's own behind it. Pure.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "agent/model/ssh_key.h"

namespace mfa {

// AuthenticationMethods can ask for several keys, though hardly for so many.
inline constexpr std::size_t kMaxOfferedSshKeys = 16;

// The keys whose possession sshd has verified. Certificates are among them
// only where they name a person and are valid at `now`; a line that is not
// understood is left out. What lies behind kMaxOfferedSshKeys is not read.
std::vector<SshKey> offered_ssh_keys(std::string_view auth_info, Instant now);

}  // namespace mfa
