// SPDX-License-Identifier: BSD-3-Clause
//
// One sign-in on its way: its facts, the rules it began under and the log
// record it will end in. It lives in the coroutine that opened it, which
// outlasts every step it is lent to. Both phases open a case, and end it by
// refusing or by letting in; either way the record is on disk before the ending
// is returned.
#pragma once

#include <asio/awaitable.hpp>
#include <optional>
#include <string>

#include "agent/model/decision.h"
#include "agent/model/sign_in.h"
#include "agent/model/sign_in_record.h"
#include "agent/policy/registration.h"
#include "agent/sign_in/desk.h"
#include "wire/message.h"

namespace mfa {

struct Case {
  Generation generation;
  SignIn sign_in;
  PersonState state;  // of the person, when the case was opened
  SignInRecord record;
  Decision decision;              // the latest of decide()
  Pending pending;                // waits for the account phase
  bool by_remembered = false;     // a remembered second factor stood in
  std::optional<Reason> problem;  // why there can be no dialog at all
};

// How a phase ends; becomes the VERDICT.
struct Ending {
  wire::Outcome outcome = wire::Outcome::internal_error;
  std::string text;  // for the person, "" for none
  std::optional<wire::CommitToken> commit_token;
  std::string id;
};

// Looks up who it is and what is known of them, and gathers the facts.
asio::awaitable<Case> open_case(Desk& desk, const wire::Begin& begin,
                                const Caller& caller);

// The case again with the rules of now, and with what `earlier` has proved
// (the account phase does not hear of SSH keys any more):
// for a sign-in that outlived the rules it began under.
asio::awaitable<Case> reopen_case(Desk& desk, const wire::Begin& begin,
                                  const Caller& caller, const SignIn& earlier,
                                  Pending pending);

// Evaluates the policies for the case's facts.
const Decision& decide(Case& a_case);

// The latest decision into the record. Whoever writes the record calls it, and
// nobody else: a case is decided several times and written once.
void note_policies(Case& a_case);

// Whether this is an emergency account where it may be one: outside every
// policy.
bool is_emergency_access(const Case& a_case);

// The registration grace of the case's person, now.
Grace grace_of(const Desk& desk, const Case& a_case, bool first_factor_proved);

// Writes that the case is let in. False: it could not be written, so the
// person must not be let in; an emergency account is, all the same (P4).
asio::awaitable<bool> write_let_in(Desk& desk, Case& a_case, Reason reason,
                                   SignInStatus status, bool start_grace);

// A case that `problem` closed before anything was asked.
asio::awaitable<Ending> refuse_problem(Desk& desk, Case& a_case);

// Ends the case without letting in.
asio::awaitable<Ending> refuse(Desk& desk, Case& a_case, Reason reason,
                               wire::Outcome outcome, std::string text);

}  // namespace mfa
