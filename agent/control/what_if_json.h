// SPDX-License-Identifier: BSD-3-Clause
//
// What WhatIf answers: each policy in the shape of Graph's whatIfAnalysisResult
// and, where Graph has no name, in the words of `policy evaluate`. Pure.
#pragma once

#include "agent/control/varlink.h"
#include "agent/sign_in/rehearsal.h"

namespace mfa::control {

// `graceDaysLeft` of the facts: as of a sign-in whose first factor was seen;
// `grace` says how many days that person has.
// `rehearsal`: to what end that sign-in comes.
Json what_if_json(const Case& a_case, const Grace& grace,
                  const Rehearsal& rehearsal);

}  // namespace mfa::control
