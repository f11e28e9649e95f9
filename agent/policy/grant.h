// SPDX-License-Identifier: BSD-3-Clause
//
// What a policy that applies still wants of a sign-in. Pure.
#pragma once

#include "agent/model/decision.h"
#include "agent/model/sign_in_facts.h"
#include "agent/policy/policy.h"

namespace mfa {

// AADSTS numbers.
inline constexpr int kDeviceNotCompliant = 53000;
inline constexpr int kDeviceNotDomainJoined = 53001;
inline constexpr int kApplicationNotApproved = 53002;
inline constexpr int kBlockedByConditionalAccess = 53003;
inline constexpr int kProofUpBlockedDueToRisk = 53004;
inline constexpr int kApplicationNotProtected = 53009;

struct GrantFinding {
  PolicyOutcome outcome = PolicyOutcome::failed;
  Controls required;  // see PolicyFinding
  int error_code = kBlockedByConditionalAccess;
};

GrantFinding what_is_wanted(const Policy& policy, const SignInFacts& facts);

// Whether the client cannot carry a challenge and passes no device state.
bool is_legacy_client(const SignInFacts& facts);

}  // namespace mfa
