// SPDX-License-Identifier: BSD-3-Clause
//
// The law of this room: pure. The same sign-in and the same policies always
// give the same decision; no clock, no I/O, no log;
// what is not granted is denied.
//
// Decision::policies has one finding for each policy of the list, in its
// order; behind them those of security defaults when they are on, and of an
// account for which MFA is required by hand: policy_of() names each.
#pragma once

#include "agent/model/decision.h"
#include "agent/model/sign_in_facts.h"
#include "agent/policy/policy.h"

namespace mfa {

inline constexpr char kSecurityDefaultsName[] = "Security defaults";
inline constexpr char kPerUserMfaName[] = "Per-user MFA";

// Security defaults as one policy: multifactor authentication for everyone but
// directory synchronization accounts.
const Policy& security_defaults_policy();

// The policy of Decision::policies[index].
const Policy& policy_of(const Policies& policies, std::size_t index);

Decision evaluate(const Policies& policies, const SignInFacts& facts);

// The same into a decision that was used before: no memory is asked for.
void evaluate(const Policies& policies, const SignInFacts& facts,
              Decision& decision);

}  // namespace mfa
