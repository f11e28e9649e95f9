// SPDX-License-Identifier: BSD-3-Clause
//
// From a sign-in to what the policies may know of it. Pure.
#pragma once

#include "agent/model/sign_in.h"
#include "agent/model/sign_in_facts.h"
#include "agent/rules/rules.h"
#include "agent/store/store.h"

namespace mfa {

// Everything but the country, the device and what the store knows.
SignInFacts facts_of(const SignIn& sign_in, const Rules& rules);

// In which country the address is. An error: the database is broken; the
// country stays unknown.
Result<> locate(SignIn& sign_in, const Rules& rules);

// The device whose SSH key or certificate sshd has verified, and what that key
// is worth. Replaces what was there.
void identify_device(SignIn& sign_in, const Rules& rules);

// What the store knows of the person: methods, requirements by hand, a risk
// that a new password has remediated.
void add_state(SignIn& sign_in, const PersonState& state, const Rules& rules);

// The person has met a control, or used a combination of methods.
void prove(SignIn& sign_in, Control control);
void prove(SignIn& sign_in, const MethodCombination& methods);

// Lays over the facts what `earlier`, the same sign-in under other rules, has
// seen: what was proved, and the SSH keys and method, which are known once
// only.
void carry_over(const SignIn& earlier, SignIn& sign_in, const Rules& rules);

}  // namespace mfa
