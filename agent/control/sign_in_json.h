// SPDX-License-Identifier: BSD-3-Clause
//
// A record of the sign-in log in the field names of Microsoft Graph's `signIn`
// so that what reads Entra's log reads ours. What Graph
// has no name for is in `pamMfa`. Pure.
#pragma once

#include "agent/control/varlink.h"
#include "agent/model/sign_in_record.h"

namespace mfa::control {

// status.errorCode of a sign-in that is not (yet) known to have succeeded and
// for which no AADSTS number speaks.
inline constexpr int kUnconfirmedErrorCode = -1;

Json sign_in_json(const SignInRecord& record);

// As the person may see it: without what the policies are and how risky the
// person is taken to be. Whoever has taken over an account reads it, too.
Json own_sign_in_json(const SignInRecord& record);

}  // namespace mfa::control
