// SPDX-License-Identifier: BSD-3-Clause
//
// What WhatIf answers: each policy in the shape of Graph's whatIfAnalysisResult
// and, where Graph has no name, in the words of `policy evaluate`. Pure.
#pragma once

#include "agent/control/varlink.h"
#include "agent/sign_in/case.h"

namespace mfa::control {

// `graceDaysLeft` of the facts: as of a sign-in whose first factor was seen;
// `grace` says how many days that person has.
Json what_if_json(const Case& a_case, bool emergency, const Grace& grace);

}  // namespace mfa::control
