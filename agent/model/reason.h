// SPDX-License-Identifier: BSD-3-Clause
//
// Why a sign-in ended as it did, for the log and for `mfactl explain`; the
// person sees none of it. One table (reason.cc) holds, for each reason, its
// name in the log, the AADSTS number that Entra's administrators know, one
// sentence of explanation and what to do next.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mfa {

// Values are stored: never reuse one. 0 is invalid.
enum class Reason : std::uint8_t {
  // Let in.
  verified = 1,            // first factor and a right code
  registration_grace = 2,  // not registered yet, inside the grace period
  nothing_required = 3,    // no policy asks for anything
  emergency_access = 4,    // an emergency account, outside every policy
  remembered = 5,          // a second factor that is still remembered
  controls_held = 6,       // the policies' controls held without a question

  // Not let in, for what was answered.
  wrong_code = 10,
  replayed_code = 11,  // right, but of a step that is spent
  clock_skew = 12,     // right for another time: somebody's clock is off
  paused = 13,         // in a pause after failures: not evaluated, not counted
  method_disabled = 14,  // all methods used up their failures
  unusable_answer = 15,  // empty, or of a form that no code has
  no_answer = 16,        // nobody answered within the time

  // Not let in, for who or what it was.
  not_registered = 20,         // has no method, and no grace (left)
  unknown_user = 21,           // no account of that name
  account_changed = 22,        // the uid is not the one that was registered
  second_factor_missing = 23,  // account phase alone: sshd asked for a key only
  conversation_failed = 24,    // the application could not put the question
  asker_refused = 25,          // this caller may not ask for this person
  policy_denied = 26,
  legacy_client = 27,   // cannot carry a challenge, and one is required
  token_refused = 28,   // the account phase did not match the auth phase
  policy_changed = 29,  // a reload in between asks for more
  device_not_compliant = 30,
  device_not_joined = 31,
  registration_at_risk = 32,  // has no method, and the sign-in is risky
  control_impossible = 33,    // a control that cannot be met on Linux
  strength_not_met = 34,      // no registered method is strong enough
  terms_declined = 35,
  password_change_due = 36,  // the sign-in counts once it is changed
  risk_unknown = 37,         // and a policy does without resilience defaults
  application_not_approved = 38,   // no PAM service ever is
  application_not_protected = 39,  // likewise

  // The agent could not decide.
  canceled = 40,               // the application ended the dialog
  directory_unavailable = 41,  // NSS did not answer in time
  store_unavailable = 42,      // state could not be read or written
  agent_stopping = 43,

  // Not let in, for what the central directory says of the account.
  account_disabled = 50,  // or gone
  account_conflict = 51,  // several people by that name, or another uid
};

struct ReasonText {
  Reason reason;
  std::string_view name;         // "wrong_code"
  int error_code;                // AADSTS number; 0: let in
  std::string_view explanation;  // Graph's failureReason: one sentence
  std::string_view remedy;       // for the administrator: what to do
};

const ReasonText& describe(Reason reason);
std::optional<Reason> reason_from_number(int number);

}  // namespace mfa
