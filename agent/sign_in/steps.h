// SPDX-License-Identifier: BSD-3-Clause
//
// What comes next in a sign-in: one thing to ask for, or the end. The phases
// carry each step out; what-if imagines that the person does (rehearsal.h).
// Nothing is asked, written or logged here.
#pragma once

#include <optional>
#include <string>

#include "agent/sign_in/case.h"

namespace mfa {

// The first factor, whatever it was, stands where Graph says password.
inline constexpr MethodCombination kPasswordAndTotp = {
    MethodMode::password, MethodMode::software_oath};

struct Step {
  enum class Kind {
    refuse,
    let_in,
    ask_for_code,
    ask_in_vain,  // as everybody is asked; no answer is looked at or counted
    change_password,
    accept_terms,
  };
  Kind kind = Kind::refuse;
  Reason reason = Reason::policy_denied;  // of letting in or refusing
  std::string detail = {};                // of refusing, for the log
  const TermsOfUse* terms = nullptr;      // to accept; of the case's rules
  Grace grace = {};                       // that lets in
};

// Whatever the policies say: why the central directory closes the account (it
// is disabled, or there are several people by its name). nullopt: it does not.
std::optional<Step> closed_account(const Case& a_case);

// Of the auth phase. The case is decided anew, by what was proved so far, and
// has no problem. Each step but the last is wanted once.
Step next_step(const Desk& desk, Case& a_case);

// Of an account phase that no auth phase came before: nobody can be asked
// there, so it is the last step, too. The case has a person.
Step only_step(const Desk& desk, Case& a_case);

// What a step leaves in the case once the person has done it.
void note_code(Case& a_case);
void note_password_change(Case& a_case);
void note_accepted(Case& a_case, const TermsOfUse& terms, Instant now);

}  // namespace mfa
