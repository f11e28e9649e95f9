// SPDX-License-Identifier: BSD-3-Clause
//
// What the policies want that holds already, without a question: a second
// factor that is remembered, terms that were accepted. Looked at anew each
// time a case is decided, so nothing of it outlives the rules it held under.
#pragma once

#include <string>
#include <vector>

#include "agent/sign_in/case.h"

namespace mfa {

// decide(), with what holds already laid over the facts.
const Decision& settle(const Desk& desk, Case& a_case);

// Whether a second factor must be asked for.
bool wants_second_factor(const Case& a_case);

// The terms of use that the latest decision wants accepted, each id once.
std::vector<std::string> wanted_terms(const Case& a_case);

// In their present version, now or before.
bool has_accepted(const Case& a_case, const TermsOfUse& terms);

// Whether the latest decision wants nothing that the grace does not stand in
// for: it stands in for a second factor, and for nothing else.
bool grace_is_enough(const Decision& decision);

}  // namespace mfa
