// SPDX-License-Identifier: BSD-3-Clause
//
// Why the policies refuse, for the log and for the person. Pure.
#pragma once

#include <string>

#include "agent/model/decision.h"
#include "agent/model/reason.h"
#include "agent/model/sign_in.h"
#include "agent/policy/policy.h"

namespace mfa {

// Of a decision that blocks or denies.
Reason refusal_reason(const Decision& decision, const SignInFacts& facts,
                      bool risk_unknown);

// What the person hears of it: that of a device only after a first factor, and
// of most reasons nothing.
std::string refusal_text(const SignIn& sign_in, Reason reason);

// `policy "Block legacy authentication"`: which policies refused.
std::string refusing_policies(const Policies& policies,
                              const Decision& decision);

// Whether any policy that applies asks for anything.
bool asks_for_anything(const Policies& policies, const Decision& decision);

}  // namespace mfa
