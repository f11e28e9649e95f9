// SPDX-License-Identifier: BSD-3-Clause
//
// When a policy applies: Graph's `conditionalAccessConditionSet`. Pure.
#pragma once

#include "agent/base/result.h"
#include "agent/policy/policy_draft.h"

namespace mfa {

Result<> read_conditions(const graph::Field& conditions, PolicyDraft& draft);

}  // namespace mfa
