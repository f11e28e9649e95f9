// SPDX-License-Identifier: BSD-3-Clause
//
// The page that shows a whole sign-in: facts, policy, dialog, verdict. Read
// `authenticate` first. Whatever is not let in is refused; whatever the
// reason, the person sees the same prompt and the same refusal.
#include "agent/sign_in/authenticate.h"

#include <utility>

#include "agent/base/log.h"
#include "agent/methods/totp.h"
#include "agent/model/graph_names.h"
#include "agent/sign_in/await.h"
#include "agent/sign_in/dialog.h"
#include "agent/sign_in/log_line.h"
#include "agent/sign_in/refusal.h"
#include "agent/sign_in/remembered.h"
#include "agent/sign_in/steps.h"
#include "agent/sign_in/words.h"

namespace mfa {
namespace {

// The person passed; what may become permanent waits for the account phase.
Ending approve(const Dialog& dialog, Case& a_case, bool by_grace) {
  const std::string id = a_case.sign_in.id;
  Approval approval;
  approval.caller = dialog.caller;
  approval.user = dialog.begin.user;
  approval.service = dialog.begin.service;
  approval.sign_in = std::move(a_case.sign_in);
  // Gathered again in the account phase; thousands may wait for theirs.
  approval.sign_in.facts = {};
  approval.record = std::move(a_case.record);
  approval.record.policies = {};
  approval.generation = a_case.generation.number;
  approval.pending = std::move(a_case.pending);
  approval.by_grace = by_grace;
  const auto token =
      dialog.desk.approvals.add(std::move(approval), dialog.desk.clock.now());
  return {wire::Outcome::allow, "", token, id};
}

void remember(const Dialog& dialog, Case& a_case) {
  if (remembered_for(a_case.decision.session_controls).count() == 0) return;
  a_case.pending.remember =
      binding_of(a_case.sign_in, a_case.generation.rules->fingerprint,
                 dialog.desk.clock.now());
  if (a_case.pending.remember) {
    a_case.pending.remember->methods = to_string(kPasswordAndTotp);
  }
}

// The attempt's record is on disk, unconfirmed.
void accept(Case& a_case, const AttemptResult& result) {
  note_code(a_case);
  a_case.record.status = SignInStatus::unconfirmed;
  a_case.record.reason = Reason::verified;
  a_case.record.method_id = result.method_id;
  a_case.record.method_label = result.method_label;
  a_case.record.methods_used = to_string(kPasswordAndTotp);
  a_case.record.attempts += 1;
}

Attempt attempt_of(const Case& a_case, Secret code) {
  Attempt attempt;
  attempt.person = a_case.record.user;
  attempt.account_known = a_case.sign_in.person.has_value();
  if (a_case.sign_in.person) attempt.uid = a_case.sign_in.person->uid;
  attempt.source = a_case.sign_in.source;
  attempt.code = std::move(code);
  attempt.accepted_steps = a_case.generation.config().totp.accepted_steps;
  attempt.record = a_case.record;
  attempt.makes_permanent = a_case.sign_in.asker == Asker::root;
  attempt.record.methods_used = to_string(kPasswordAndTotp);
  return attempt;
}

// How a question ended the case; nullopt: it was answered right.
using Ended = std::optional<Ending>;

int prompts_of(const Case& a_case) {
  return a_case.sign_in.is_console ? kPromptsOnConsole : kPrompts;
}

wire::Outcome outcome_after(int prompts) {
  return prompts > 1 ? wire::Outcome::tries_spent : wire::Outcome::wrong;
}

// Asks for a code until one is right or no prompt is left.
asio::awaitable<Ended> ask_for_code(Dialog dialog, Case& a_case) {
  const std::string id = a_case.sign_in.id;
  note_policies(a_case);
  const int prompts = prompts_of(a_case);
  Reason reason = Reason::unusable_answer;
  for (int prompt = 1; prompt <= prompts; ++prompt) {
    Reply reply = co_await dialog.terminal.ask(words::code_prompt(),
                                               wire::AnswerForm::digits);
    if (ends_dialog(reply.kind)) {
      co_return co_await end_without_answer(dialog, a_case, reply.kind);
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
      accept(a_case, *result);
      co_return std::nullopt;
    }
    reason = result->reason;
    a_case.record = std::move(result->record);
  }
  const auto outcome = outcome_after(prompts);
  if (reason == Reason::unusable_answer) {
    co_return co_await refuse(dialog.desk, a_case, reason, outcome,
                              words::refused(id));
  }
  // The store has written the record with the attempt.
  log_sign_in(a_case.record);
  co_return Ending{outcome, words::refused(id), std::nullopt, id};
}

// The person answers as everybody does and hears what everybody hears whose
// code is wrong.
asio::awaitable<Ending> ask_in_vain(Dialog dialog, Case& a_case,
                                    const Step& step) {
  // Also of who gives up: the reason is another one then.
  a_case.record.detail = step.detail;
  const int prompts = prompts_of(a_case);
  for (int prompt = 1; prompt <= prompts; ++prompt) {
    const Reply reply = co_await dialog.terminal.ask(words::code_prompt(),
                                                     wire::AnswerForm::digits);
    if (ends_dialog(reply.kind)) {
      co_return co_await end_without_answer(dialog, a_case, reply.kind);
    }
  }
  co_return co_await refuse(dialog.desk, a_case, step.reason,
                            outcome_after(prompts),
                            words::refused(a_case.sign_in.id));
}

asio::awaitable<Ended> ask_for_terms(Dialog dialog, Case& a_case,
                                     const TermsOfUse& terms) {
  Reply reply = co_await dialog.terminal.ask(words::terms_prompt(terms.text),
                                             wire::AnswerForm::text);
  if (ends_dialog(reply.kind)) {
    co_return co_await end_without_answer(dialog, a_case, reply.kind);
  }
  if (reply.kind != Reply::Kind::given || !words::is_yes(reply.text.reveal())) {
    co_return co_await refuse(dialog.desk, a_case, Reason::terms_declined,
                              wire::Outcome::policy_denies,
                              words::refused(a_case.sign_in.id));
  }
  note_accepted(a_case, terms, dialog.desk.clock.now().wall);
  co_return std::nullopt;
}

asio::awaitable<Ending> refuse_step(Dialog dialog, Case& a_case,
                                    const Step& step) {
  a_case.record.detail = step.detail;
  const auto outcome = step.reason == Reason::not_registered
                           ? wire::Outcome::wrong
                           : wire::Outcome::policy_denies;
  return refuse(dialog.desk, a_case, step.reason, outcome,
                refusal_text(a_case.sign_in, step.reason));
}

// A reload while the person was typing may ask for more than was asked for;
// the record says then which policy does.
asio::awaitable<bool> is_let_in_now(Dialog dialog, Case& a_case) {
  if (dialog.desk.rules.current().number == a_case.generation.number) {
    co_return true;
  }
  Case fresh = co_await reopen_case(dialog.desk, dialog.begin, dialog.caller,
                                    a_case.sign_in, a_case.pending);
  if (fresh.problem) co_return false;
  if (next_step(dialog.desk, fresh).kind == Step::Kind::let_in) co_return true;
  a_case.generation = std::move(fresh.generation);
  a_case.decision = std::move(fresh.decision);
  co_return false;
}

// Whoever gave a code is in the log already, with the attempt.
asio::awaitable<bool> is_in_the_log(Dialog dialog, Case& a_case,
                                    const Step& step) {
  if (step.reason == Reason::verified) co_return true;
  co_return co_await write_let_in(dialog.desk, a_case, step.reason,
                                  SignInStatus::unconfirmed,
                                  step.grace.starts_now);
}

asio::awaitable<Ending> let_in(Dialog dialog, Case& a_case, const Step& step) {
  // Not within the condition: g++ 12 destroys the arguments twice there.
  const bool written = co_await is_in_the_log(dialog, a_case, step);
  if (!written) co_return co_await refuse_problem(dialog.desk, a_case);
  const bool by_grace = step.reason == Reason::registration_grace;
  if (step.reason == Reason::verified) remember(dialog, a_case);
  Ending ending = approve(dialog, a_case, by_grace);
  if (by_grace) ending.text = words::days_left(step.grace.days_left);
  co_return ending;
}

asio::awaitable<Ending> let_in_if_still(Dialog dialog, Case& a_case,
                                        const Step& step) {
  const bool still = co_await is_let_in_now(dialog, a_case);
  if (still) co_return co_await let_in(dialog, a_case, step);
  // Not within the call: g++ 12 destroys the argument twice there.
  const Step changed{Step::Kind::refuse, Reason::policy_changed};
  co_return co_await refuse_step(dialog, a_case, changed);
}

}  // namespace

asio::awaitable<Ending> authenticate(Desk& desk, const wire::Begin& begin,
                                     const Caller& caller, Terminal& terminal) {
  const Dialog dialog{desk, begin, caller, terminal};
  Case a_case = co_await open_case(desk, begin, caller);
  if (is_emergency_access(a_case)) {
    const Step step{Step::Kind::let_in, Reason::emergency_access};
    co_return co_await let_in(dialog, a_case, step);
  }
  if (a_case.problem) {
    co_return co_await refuse_problem(desk, a_case);
  }
  for (;;) {
    const Step step = next_step(desk, a_case);
    Ended ended;
    switch (step.kind) {
      case Step::Kind::refuse:
        co_return co_await refuse_step(dialog, a_case, step);
      case Step::Kind::let_in:
        co_return co_await let_in_if_still(dialog, a_case, step);
      case Step::Kind::ask_in_vain:
        co_return co_await ask_in_vain(dialog, a_case, step);
      case Step::Kind::ask_for_code:
        ended = co_await ask_for_code(dialog, a_case);
        break;
      case Step::Kind::change_password:
        note_password_change(a_case);
        break;
      case Step::Kind::accept_terms:
        ended = co_await ask_for_terms(dialog, a_case, *step.terms);
        break;
    }
    if (ended) co_return std::move(*ended);
  }
}

}  // namespace mfa
