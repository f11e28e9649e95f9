// SPDX-License-Identifier: BSD-3-Clause
//
// The page that shows a whole sign-in: facts, policy, dialog, verdict. Read
// `authenticate` first. Whatever is not let in is refused; whatever the
// reason, the person sees the same prompt and the same refusal.
#include "agent/sign_in/authenticate.h"

#include <utility>

#include "agent/base/log.h"
#include "agent/methods/totp.h"
#include "agent/policy/evaluate.h"
#include "agent/sign_in/await.h"
#include "agent/sign_in/log_line.h"
#include "agent/sign_in/words.h"

namespace mfa {
namespace {

constexpr char kMfa[] = "mfa";

// What the steps of one dialog share.
struct Dialog {
  Desk& desk;
  const wire::Begin& begin;
  const Caller& caller;
  Terminal& terminal;
};

// The person passed; what may become permanent waits for the account phase.
Ending approve(const Dialog& dialog, Case& a_case, bool by_grace) {
  const std::string id = a_case.sign_in.id;
  Approval approval;
  approval.caller = dialog.caller;
  approval.user = dialog.begin.user;
  approval.service = dialog.begin.service;
  approval.sign_in = std::move(a_case.sign_in);
  approval.record = std::move(a_case.record);
  approval.generation = a_case.generation.number;
  approval.by_grace = by_grace;
  const auto token =
      dialog.desk.approvals.add(std::move(approval), dialog.desk.clock.now());
  return {wire::Outcome::allow, "", token, id};
}

// Lets in without a code.
asio::awaitable<Ending> let_in(Dialog dialog, Case& a_case, Reason reason,
                               bool start_grace) {
  // Not within the condition: g++ 12 destroys the arguments twice there.
  const bool written = co_await write_let_in(
      dialog.desk, a_case, reason, SignInStatus::unconfirmed, start_grace);
  if (!written) {
    co_return co_await refuse_problem(dialog.desk, a_case);
  }
  co_return approve(dialog, a_case, reason == Reason::registration_grace);
}

// A reload while the person was typing may ask for more than was asked for.
bool still_granted(const Dialog& dialog, const Case& a_case) {
  const ConfigGeneration& now = dialog.desk.config.current();
  if (now.number == a_case.generation.number) return true;
  return evaluate({now.config->security_defaults.enabled}, a_case.sign_in)
             .verdict == Verdict::grant;
}

asio::awaitable<Ending> accept(Dialog dialog, Case& a_case,
                               const AttemptResult& result) {
  a_case.sign_in.satisfied_controls.emplace_back(kMfa);
  a_case.record.status = SignInStatus::unconfirmed;
  a_case.record.reason = Reason::verified;
  a_case.record.method_id = result.method_id;
  a_case.record.method_label = result.method_label;
  a_case.record.attempts += 1;
  if (decide(a_case).verdict != Verdict::grant ||
      !still_granted(dialog, a_case)) {
    const std::string id = a_case.sign_in.id;
    co_return co_await refuse(dialog.desk, a_case, Reason::policy_changed,
                              wire::Outcome::policy_denies, words::refused(id));
  }
  co_return approve(dialog, a_case, false);
}

Attempt attempt_of(const Case& a_case, Secret code) {
  Attempt attempt;
  attempt.person = a_case.record.user;
  attempt.account_known = a_case.sign_in.person.has_value();
  if (a_case.sign_in.person) attempt.uid = a_case.sign_in.person->uid;
  attempt.source = a_case.sign_in.source;
  attempt.code = std::move(code);
  attempt.accepted_steps = a_case.generation.config->totp.accepted_steps;
  attempt.record = a_case.record;
  return attempt;
}

// The reply held no code: says what it was instead. nullopt: ask again or
// refuse like a wrong code; it is not counted, for no guess was made.
std::optional<std::pair<Reason, wire::Outcome>> ends_dialog(Reply::Kind kind) {
  switch (kind) {
    case Reply::Kind::failed:
      return {
          {Reason::conversation_failed, wire::Outcome::conversation_failed}};
    case Reply::Kind::canceled:
      return {{Reason::canceled, wire::Outcome::unavailable}};
    case Reply::Kind::timed_out:
      return {{Reason::no_answer, wire::Outcome::unavailable}};
    case Reply::Kind::stopping:
      return {{Reason::agent_stopping, wire::Outcome::unavailable}};
    case Reply::Kind::given:
    case Reply::Kind::empty:
    case Reply::Kind::unusable:
      break;
  }
  return std::nullopt;
}

asio::awaitable<Ending> end_without_code(Dialog dialog, Case& a_case,
                                         Reason reason, wire::Outcome outcome) {
  // A conversation that cannot carry a question is a legacy client's; the
  // policies are asked again with that fact.
  if (reason == Reason::conversation_failed) {
    a_case.sign_in.client_app_type = ClientAppType::other;
    decide(a_case);
  }
  const std::string id = a_case.sign_in.id;
  std::string text = reason == Reason::conversation_failed
                         ? words::cannot_ask_here(id)
                         : words::refused(id);
  return refuse(dialog.desk, a_case, reason, outcome, std::move(text));
}

// Asks for a code until one is right or no prompt is left.
asio::awaitable<Ending> ask_for_code(Dialog dialog, Case& a_case) {
  const std::string id = a_case.sign_in.id;
  const int prompts = a_case.sign_in.is_console ? kPromptsOnConsole : kPrompts;
  Reason reason = Reason::unusable_answer;
  for (int prompt = 1; prompt <= prompts; ++prompt) {
    Reply reply = co_await dialog.terminal.ask(words::code_prompt(),
                                               wire::AnswerForm::digits);
    if (const auto end = ends_dialog(reply.kind)) {
      co_return co_await end_without_code(dialog, a_case, end->first,
                                          end->second);
    }
    auto code = digits_of(reply.text.reveal());
    reason = Reason::unusable_answer;
    if (!code) continue;

    Attempt attempt = attempt_of(a_case, std::move(*code));
    auto result = co_await await_result<AttemptResult>([&](auto done) {
      dialog.desk.store.attempt(std::move(attempt), std::move(done));
    });
    if (!result) {
      log::write(log::Level::error, result.error().what);
      co_return co_await refuse(dialog.desk, a_case, Reason::store_unavailable,
                                wire::Outcome::unavailable,
                                words::try_later(id));
    }
    if (result->reason == Reason::verified) {
      co_return co_await accept(dialog, a_case, *result);
    }
    reason = result->reason;
    a_case.record = std::move(result->record);
  }
  const auto outcome =
      prompts > 1 ? wire::Outcome::tries_spent : wire::Outcome::wrong;
  if (reason == Reason::unusable_answer) {
    co_return co_await refuse(dialog.desk, a_case, reason, outcome,
                              words::refused(id));
  }
  // The store has written the record with the attempt.
  log_sign_in(a_case.record);
  co_return Ending{outcome, words::refused(id), std::nullopt, id};
}

// A second factor is required and the person has none. The truth is told only
// to somebody who has proved a first factor; for anyone else the prompt is
// the same as for everybody, and fails.
asio::awaitable<Ending> without_method(Dialog dialog, Case& a_case,
                                       const PersonState& state) {
  const bool proved = a_case.sign_in.first_factor != FirstFactor::unknown;
  if (!proved) co_return co_await ask_for_code(dialog, a_case);

  const Grace grace = grace_of(dialog.desk, a_case, state, proved);
  if (!grace.allowed) {
    const std::string id = a_case.sign_in.id;
    co_return co_await refuse(dialog.desk, a_case, Reason::not_registered,
                              wire::Outcome::wrong, words::not_registered(id));
  }
  Ending ending = co_await let_in(dialog, a_case, Reason::registration_grace,
                                  grace.starts_now);
  if (ending.outcome == wire::Outcome::allow) {
    ending.text = words::days_left(grace.days_left);
  }
  co_return ending;
}

asio::awaitable<Ending> challenge(Dialog dialog, Case& a_case) {
  if (!a_case.sign_in.person) {
    co_return co_await ask_for_code(dialog, a_case);
  }
  const PersonState state = co_await person_state(dialog.desk, a_case);
  if (a_case.problem) {
    co_return co_await refuse_problem(dialog.desk, a_case);
  }
  if (state.is_registered()) {
    co_return co_await ask_for_code(dialog, a_case);
  }
  co_return co_await without_method(dialog, a_case, state);
}

}  // namespace

asio::awaitable<Ending> authenticate(Desk& desk, const wire::Begin& begin,
                                     const Caller& caller, Terminal& terminal) {
  const Dialog dialog{desk, begin, caller, terminal};
  Case a_case = co_await open_case(desk, begin, caller);
  if (is_emergency_access(a_case)) {
    co_return co_await let_in(dialog, a_case, Reason::emergency_access, false);
  }
  if (a_case.problem) {
    co_return co_await refuse_problem(desk, a_case);
  }
  const Decision decision = decide(a_case);
  switch (decision.verdict) {
    case Verdict::grant:
      // Nobody is let in as an account that does not exist.
      if (!a_case.sign_in.person)
        co_return co_await ask_for_code(dialog, a_case);
      co_return co_await let_in(dialog, a_case, Reason::nothing_required,
                                false);
    case Verdict::challenge:
      co_return co_await challenge(dialog, a_case);
    case Verdict::block:
    case Verdict::deny:
      break;
  }
  const std::string id = a_case.sign_in.id;
  co_return co_await refuse(desk, a_case, Reason::policy_denied,
                            wire::Outcome::policy_denies, words::refused(id));
}

}  // namespace mfa
