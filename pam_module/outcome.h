// SPDX-License-Identifier: BSD-3-Clause
//
// The one place where an ending becomes a PAM code (security.md 4.3). What is
// not listed denies. PAM_IGNORE is not here: `required` lets it in.
#pragma once

#include "pam_module/failure.h"
#include "wire/message.h"

namespace mfa::pam {

int code_of(wire::Outcome outcome, wire::Phase phase);
int code_of(Trouble trouble);

// For the log: "wrong", "PAM_AUTH_ERR".
const char* name_of(wire::Outcome outcome);
const char* name_of_code(int code);

}  // namespace mfa::pam
