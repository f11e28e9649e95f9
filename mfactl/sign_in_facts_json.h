// SPDX-License-Identifier: BSD-3-Clause
//
// A sign-in as an administrator writes it, one JSON object: the input of
// `policy evaluate` and of golden cases.
//
// It is read strictly, because a member with a typing mistake would silently
// count as unknown and change the answer. Only a device may have attributes
// that nobody here knows: exports carry many.
#pragma once

#include "agent/base/result.h"
#include "agent/model/sign_in_facts.h"
#include "mfactl/json.h"

namespace mfa::mfactl {

// Absent and null are the same: unknown. `id` is not looked at.
// Error{malformed}: "user.groups[2]: must be text, not a number".
Result<SignInFacts> read_sign_in_facts(const Json& sign_in);

}  // namespace mfa::mfactl
