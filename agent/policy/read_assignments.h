// SPDX-License-Identifier: BSD-3-Clause
//
// Whom a policy is about, and what they want: `users` and `applications` of
// Graph's `conditionalAccessConditionSet`. Pure.
#pragma once

#include "agent/base/result.h"
#include "agent/policy/policy_draft.h"

namespace mfa {

Result<> read_users(const graph::Field& users, PolicyDraft& draft);
Result<> read_applications(const graph::Field& applications,
                           PolicyDraft& draft);

}  // namespace mfa
