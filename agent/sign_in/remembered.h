// SPDX-License-Identifier: BSD-3-Clause
//
// A second factor that need not be given again: only where a policy's sign-in
// frequency says how long, only for the same person, service, source, boot and
// rules, and only from a device or a terminal that is known. What is
// unknown never equals anything. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "agent/base/clock.h"
#include "agent/model/decision.h"
#include "agent/model/sign_in.h"
#include "agent/store/store.h"

namespace mfa {

// "Every time" does not mean twice within one act of signing in.
inline constexpr std::chrono::minutes kEveryTimeSlack{5};

// How long a second factor counts under these session controls; zero: not at
// all.
std::chrono::seconds remembered_for(const SessionControls& session);

// What a second factor given now, in this sign-in, would be bound to; nullopt:
// it must not be remembered. `methods` is left to the caller.
std::optional<RememberedMfa> binding_of(const SignIn& sign_in,
                                        const std::string& rules_fingerprint,
                                        const Now& now);

// The remembered second factor that stands in for one now; nullptr: none.
const RememberedMfa* find_remembered(const PersonState& state,
                                     const RememberedMfa& binding,
                                     std::chrono::seconds lifetime,
                                     Instant now);

}  // namespace mfa
