// SPDX-License-Identifier: BSD-3-Clause
//
// Whether the process behind the socket may decide about sign-ins.
#pragma once

#include <security/pam_modules.h>
#include <sys/types.h>

namespace mfa::pam {

// Where this peer may not be believed, why (a static string); else nullptr.
//
// Root is believed. The account mfa-agent is believed when the socket file is
// a socket of its own in a directory that only root or it can write, so that
// nobody else can have put it there. A process without privileges (a screen
// locker under test) may talk to an agent of its own user, likewise.
const char* why_distrusted(pam_handle_t* pamh, const char* socket_path,
                           uid_t peer);

}  // namespace mfa::pam
