// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/evaluate.h"

#include <algorithm>

namespace mfa {
namespace {

constexpr char kMfa[] = "mfa";
constexpr int kBlockedByConditionalAccess = 53003;  // AADSTS

bool holds(const SignIn& sign_in, const char* control) {
  return std::find(sign_in.satisfied_controls.begin(),
                   sign_in.satisfied_controls.end(),
                   control) != sign_in.satisfied_controls.end();
}

// A client that cannot carry a challenge cannot meet the control, whatever
// else it claims to have satisfied.
Decision security_defaults(const SignIn& sign_in) {
  PolicyRow row{"Security defaults", PolicyResult::failure, {kMfa}};
  if (sign_in.client_app_type == ClientAppType::other) {
    return {Verdict::deny, kBlockedByConditionalAccess, {}, {row}};
  }
  if (!holds(sign_in, kMfa)) return {Verdict::challenge, 0, {kMfa}, {row}};
  row.result = PolicyResult::success;
  return {Verdict::grant, 0, {}, {row}};
}

}  // namespace

Decision evaluate(const Policies& policies, const SignIn& sign_in) {
  if (policies.security_defaults) return security_defaults(sign_in);
  // Nothing applies: granted by default, as Entra does.
  return {Verdict::grant,
          0,
          {},
          {{"Security defaults", PolicyResult::not_enabled, {}}}};
}

}  // namespace mfa
