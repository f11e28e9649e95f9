// SPDX-License-Identifier: BSD-3-Clause
//
// What Entra calls resilience defaults: whether a policy lets people in while
// nobody knows how risky a sign-in is. Pure.
#pragma once

#include "agent/model/decision.h"
#include "agent/model/sign_in_facts.h"
#include "agent/policy/policy.h"

namespace mfa {

// Whether an enabled policy with disableResilienceDefaults would apply, were
// it not for a risk that is unknown. `decision` is what `policies` said.
bool waits_for_unknown_risk(const Policies& policies, const SignInFacts& facts,
                            const Decision& decision);

}  // namespace mfa
