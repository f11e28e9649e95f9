// SPDX-License-Identifier: BSD-3-Clause
//
// The page that shows a whole sign-in: facts, policy, dialog, verdict. Read
// `authenticate` first. Whatever is not let in is refused; whatever the
// reason, the person sees the same prompt and the same refusal.
#include "agent/sign_in/authenticate.h"

#include <algorithm>
#include <utility>

#include "agent/base/log.h"
#include "agent/facts/facts.h"
#include "agent/methods/totp.h"
#include "agent/model/graph_names.h"
#include "agent/policy/evaluate.h"
#include "agent/sign_in/await.h"
#include "agent/sign_in/dialog.h"
#include "agent/sign_in/log_line.h"
#include "agent/sign_in/refusal.h"
#include "agent/sign_in/remaining_controls.h"
#include "agent/sign_in/remembered.h"
#include "agent/sign_in/standing.h"
#include "agent/sign_in/words.h"

namespace mfa {
namespace {

// The first factor, whatever it was, stands where Graph says password.
constexpr MethodCombination kPasswordAndTotp = {MethodMode::password,
                                                MethodMode::software_oath};

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

// A reload while the person was typing may ask for more than was asked for;
// the record says then which policy does.
asio::awaitable<bool> is_granted_now(Dialog dialog, Case& a_case) {
  if (settle(dialog.desk, a_case).verdict != Verdict::grant) co_return false;
  if (dialog.desk.rules.current().number == a_case.generation.number) {
    co_return true;
  }
  Case fresh = co_await reopen_case(dialog.desk, dialog.begin, dialog.caller,
                                    a_case.sign_in, a_case.pending);
  if (fresh.problem) co_return false;
  if (settle(dialog.desk, fresh).verdict == Verdict::grant) co_return true;
  a_case.record.policies = std::move(fresh.record.policies);
  co_return false;
}

asio::awaitable<Ending> refuse_changed(Dialog dialog, Case& a_case) {
  return refuse(dialog.desk, a_case, Reason::policy_changed,
                wire::Outcome::policy_denies,
                words::refused(a_case.sign_in.id));
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

asio::awaitable<Ending> accept(Dialog dialog, Case& a_case,
                               const AttemptResult& result) {
  a_case.by_remembered = false;
  prove(a_case.sign_in, Control::mfa);
  prove(a_case.sign_in, kPasswordAndTotp);
  a_case.record.status = SignInStatus::unconfirmed;
  a_case.record.reason = Reason::verified;
  a_case.record.method_id = result.method_id;
  a_case.record.method_label = result.method_label;
  a_case.record.methods_used = to_string(kPasswordAndTotp);
  a_case.record.attempts += 1;
  auto ended = co_await meet_remaining_controls(dialog, a_case);
  if (ended) co_return std::move(*ended);
  const bool granted = co_await is_granted_now(dialog, a_case);
  if (!granted) co_return co_await refuse_changed(dialog, a_case);
  remember(dialog, a_case);
  co_return approve(dialog, a_case, false);
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

// Asks for a code until one is right or no prompt is left.
asio::awaitable<Ending> ask_for_code(Dialog dialog, Case& a_case) {
  const std::string id = a_case.sign_in.id;
  const int prompts = a_case.sign_in.is_console ? kPromptsOnConsole : kPrompts;
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

asio::awaitable<Ending> refuse_unregistered(Dialog dialog, Case& a_case) {
  return refuse(dialog.desk, a_case, Reason::not_registered,
                wire::Outcome::wrong, words::not_registered(a_case.sign_in.id));
}

// A second factor is required and the person has none. The truth is told only
// to somebody who has proved a first factor; for anyone else the prompt is
// the same as for everybody, and fails.
asio::awaitable<Ending> without_method(Dialog dialog, Case& a_case) {
  const bool proved = a_case.sign_in.first_factor != FirstFactor::unknown;
  if (!proved) co_return co_await ask_for_code(dialog, a_case);

  const Grace grace = grace_of(dialog.desk, a_case, proved);
  const Controls& required = a_case.decision.required_controls;
  // Who has nothing registered cannot prove to be the owner of the account.
  if (!grace.allowed || required.contains(Control::password_change) ||
      required.contains(Control::risk_remediation)) {
    co_return co_await refuse_unregistered(dialog, a_case);
  }
  auto ended = co_await meet_remaining_controls(dialog, a_case);
  if (ended) co_return std::move(*ended);
  if (!grace_is_enough(settle(dialog.desk, a_case))) {
    co_return co_await refuse_changed(dialog, a_case);
  }
  Ending ending = co_await let_in(dialog, a_case, Reason::registration_grace,
                                  grace.starts_now);
  if (ending.outcome == wire::Outcome::allow) {
    ending.text = words::days_left(grace.days_left);
  }
  co_return ending;
}

// Whether every strength that is asked for takes the one method there is.
bool totp_is_strong_enough(const Case& a_case) {
  const Policies& policies = a_case.generation.rules->policies;
  for (std::size_t i = 0; i < a_case.decision.policies.size(); ++i) {
    const Policy& policy = policy_of(policies, i);
    if (policy.state == PolicyState::enabled &&
        a_case.decision.policies[i].required.contains(
            Control::authentication_strength) &&
        !policy.grant.strength->allows(kPasswordAndTotp)) {
      return false;
    }
  }
  return true;
}

// Lets in, after whatever is asked for besides a second factor.
asio::awaitable<Ending> without_question(Dialog dialog, Case& a_case,
                                         Reason reason) {
  auto ended = co_await meet_remaining_controls(dialog, a_case);
  if (ended) co_return std::move(*ended);
  const bool granted = co_await is_granted_now(dialog, a_case);
  if (!granted) co_return co_await refuse_changed(dialog, a_case);
  co_return co_await let_in(dialog, a_case, reason, false);
}

asio::awaitable<Ending> second_factor(Dialog dialog, Case& a_case) {
  if (!a_case.state.is_registered()) {
    co_return co_await without_method(dialog, a_case);
  }
  if (!totp_is_strong_enough(a_case)) {
    co_return co_await refuse(dialog.desk, a_case, Reason::strength_not_met,
                              wire::Outcome::policy_denies,
                              words::refused(a_case.sign_in.id));
  }
  co_return co_await ask_for_code(dialog, a_case);
}

Reason reason_to_let_in(const Case& a_case) {
  if (a_case.by_remembered) return Reason::remembered;
  return asks_for_anything(a_case.generation.rules->policies, a_case.decision)
             ? Reason::controls_held
             : Reason::nothing_required;
}

asio::awaitable<Ending> challenge(Dialog dialog, Case& a_case) {
  if (!a_case.sign_in.person) {
    co_return co_await ask_for_code(dialog, a_case);
  }
  if (wants_second_factor(a_case)) {
    co_return co_await second_factor(dialog, a_case);
  }
  co_return co_await without_question(dialog, a_case, reason_to_let_in(a_case));
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
  switch (settle(desk, a_case).verdict) {
    case Verdict::grant:
      // Nobody is let in as an account that does not exist.
      if (!a_case.sign_in.person)
        co_return co_await ask_for_code(dialog, a_case);
      co_return co_await let_in(dialog, a_case, reason_to_let_in(a_case),
                                false);
    case Verdict::challenge:
      co_return co_await challenge(dialog, a_case);
    case Verdict::block:
    case Verdict::deny:
      break;
  }
  co_return co_await refuse_by_policy(desk, a_case);
}

}  // namespace mfa
