// SPDX-License-Identifier: BSD-3-Clause
//
// The phases in which the module speaks to the agent. All return a PAM code
// and may throw std::bad_alloc; entry_points.cc catches.
#pragma once

#include "pam_module/call.h"
#include "pam_module/dialog.h"

namespace mfa::pam {

int authenticate(const Call& call);
int check_account(const Call& call);
int change_password(const Call& call);

// What all do with an ending: log it, show the agent's last text, and turn
// it into a code.
int conclude(const Call& call, const wire::Begin& begin, const Ending& ending,
             const Conversation& person);

}  // namespace mfa::pam
