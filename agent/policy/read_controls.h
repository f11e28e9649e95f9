// SPDX-License-Identifier: BSD-3-Clause
//
// What a policy asks for, and for how long that holds: Graph's
// `conditionalAccessGrantControls` and `conditionalAccessSessionControls`.
// Pure.
#pragma once

#include "agent/base/result.h"
#include "agent/policy/policy_draft.h"

namespace mfa {

Result<> read_grant_controls(const graph::Field& controls, PolicyDraft& draft);
Result<> read_session_controls(const graph::Field& controls,
                               PolicyDraft& draft);

}  // namespace mfa
