// SPDX-License-Identifier: BSD-3-Clause
//
// Whether a policy applies to a sign-in: its conditions in the order in which
// Entra's What If names them. Pure.
#pragma once

#include "agent/model/decision.h"
#include "agent/model/sign_in_facts.h"
#include "agent/policy/named_locations.h"
#include "agent/policy/policy.h"

namespace mfa {

// The first condition that fails; not_set: the policy applies.
AnalysisReason first_failed_condition(const Policy& policy,
                                      const SignInFacts& facts, WhereIs& where);

}  // namespace mfa
