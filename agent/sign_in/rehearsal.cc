// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/rehearsal.h"

namespace mfa {
namespace {

Step emergency_access() {
  return {Step::Kind::let_in, Reason::emergency_access};
}

// The code is asked for all the same, and none can be right.
std::optional<Step> vain_code(const Case& a_case) {
  const auto& person = a_case.sign_in.person;
  const PersonState& state = a_case.state;
  const auto reason =
      person ? why_no_code_is_right(state.methods, state.registered_uid,
                                    person->uid)
             : Reason::unknown_user;
  if (!reason) return std::nullopt;
  return Step{Step::Kind::refuse, *reason};
}

}  // namespace

Rehearsal rehearse(const Desk& desk, Case a_case) {
  Rehearsal all;
  if (is_emergency_access(a_case)) return {{}, emergency_access()};
  for (;;) {
    Step step = next_step(desk, a_case);
    switch (step.kind) {
      case Step::Kind::refuse:
      case Step::Kind::let_in:
        all.end = std::move(step);
        return all;
      case Step::Kind::ask_in_vain:
        all.asked.insert(Control::mfa);
        step.kind = Step::Kind::refuse;
        all.end = std::move(step);
        return all;
      case Step::Kind::ask_for_code:
        all.asked.insert(Control::mfa);
        if (auto end = vain_code(a_case)) {
          all.end = std::move(*end);
          return all;
        }
        note_code(a_case);
        break;
      case Step::Kind::change_password:
        all.asked.insert(Control::password_change);
        note_password_change(a_case);
        break;
      case Step::Kind::accept_terms:
        all.asked.insert(Control::terms_of_use);
        note_accepted(a_case, *step.terms, desk.clock.now().wall);
        break;
    }
  }
}

Rehearsal rehearse_account_alone(const Desk& desk, Case a_case) {
  return {{},
          is_emergency_access(a_case) ? emergency_access()
                                      : only_step(desk, a_case)};
}

}  // namespace mfa
