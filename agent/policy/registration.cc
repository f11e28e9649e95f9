// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/registration.h"

#include <algorithm>

namespace mfa {
namespace {

// A role that could not be looked up counts as held: not knowing must never
// be the easier way in.
bool may_hold_admin_role(const Person& person) {
  return !person.memberships_known() || !person.roles.empty();
}

}  // namespace

Grace registration_grace(unsigned grace_days, const SignIn& sign_in,
                         bool first_factor_proved,
                         std::optional<Instant> started, Instant now) {
  if (grace_days == 0 || !sign_in.person || !first_factor_proved) return {};
  if (sign_in.asker != Asker::root) return {};
  if (sign_in.is_privileged && may_hold_admin_role(*sign_in.person)) return {};
  const std::chrono::microseconds whole = std::chrono::days(grace_days);
  // A start in the future means that the clock was set back since; it must
  // not give more days than there ever were.
  const auto left = started ? std::min(*started + whole - now, whole) : whole;
  if (left <= std::chrono::microseconds::zero()) return {};
  const auto days_left = std::chrono::ceil<std::chrono::days>(left);
  return {true, static_cast<unsigned>(days_left.count()), !started};
}

}  // namespace mfa
