// SPDX-License-Identifier: BSD-3-Clause
//
// Who may still sign in without a registered method: the 14 days of security
// defaults, counted from a person's first successful
// sign-in. Pure.
#pragma once

#include <optional>

#include "agent/base/clock.h"
#include "agent/model/sign_in.h"

namespace mfa {

struct Grace {
  bool allowed = false;
  unsigned days_left = 0;   // rounded up: 14 on the first day, 1 on the last
  bool starts_now = false;  // this is the person's first successful sign-in
};

// `started`: when the person's grace began; nullopt: not yet.
// `first_factor_proved`: we can see that one was given; in an account phase
// without auth the application has done it itself.
Grace registration_grace(unsigned grace_days, const SignIn& sign_in,
                         bool first_factor_proved,
                         std::optional<Instant> started, Instant now);

}  // namespace mfa
