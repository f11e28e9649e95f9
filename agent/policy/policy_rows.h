// SPDX-License-Identifier: BSD-3-Clause
//
// A decision as the sign-in log keeps it: each policy by its name. Pure.
#pragma once

#include <vector>

#include "agent/model/decision.h"
#include "agent/policy/policy.h"

namespace mfa {

// `decision` is what `policies` said.
std::vector<PolicyRow> policy_rows(const Policies& policies,
                                   const Decision& decision);

}  // namespace mfa
