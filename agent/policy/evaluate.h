// SPDX-License-Identifier: BSD-3-Clause
//
// The law of this room: pure. The same sign-in and the same policies always
// give the same decision; no clock, no I/O, no log;
// what is not granted is denied.
#pragma once

#include "agent/model/decision.h"
#include "agent/model/sign_in.h"

namespace mfa {

struct Policies {
  bool security_defaults = true;
};

Decision evaluate(const Policies& policies, const SignIn& sign_in);

}  // namespace mfa
