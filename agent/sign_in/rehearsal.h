// SPDX-License-Identifier: BSD-3-Clause
//
// A sign-in to its end, by the very steps of a real one, as if the person gave
// every answer right. What depends on the answers themselves, or on wrong ones
// before (a pause), is not foreseen.
#pragma once

#include "agent/sign_in/steps.h"

namespace mfa {

struct Rehearsal {
  Controls asked;  // of the person, before the end
  Step end;        // refuse or let_in
};

// Of the auth phase, and of the account phase after it.
Rehearsal rehearse(const Desk& desk, Case a_case);

// Where the service runs the account phase alone.
Rehearsal rehearse_account_alone(const Desk& desk, Case a_case);

}  // namespace mfa
