// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/remaining_controls.h"

#include <string>
#include <utility>
#include <vector>

#include "agent/facts/facts.h"
#include "agent/sign_in/standing.h"
#include "agent/sign_in/words.h"

namespace mfa {
namespace {

asio::awaitable<std::optional<Ending>> ask_for_terms(Dialog dialog,
                                                     Case& a_case,
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
  a_case.pending.terms.push_back(
      {terms.id, terms.version, dialog.desk.clock.now().wall});
  co_return std::nullopt;
}

asio::awaitable<std::optional<Ending>> accept_terms(Dialog dialog,
                                                    Case& a_case) {
  const std::vector<std::string> ids = wanted_terms(a_case);
  for (const std::string& id : ids) {
    const TermsOfUse* terms = a_case.generation.config().find_terms(id);
    if (!terms) {
      a_case.record.detail = "terms_of_use does not define " + id;
      co_return co_await refuse(dialog.desk, a_case, Reason::control_impossible,
                                wire::Outcome::policy_denies,
                                words::refused(a_case.sign_in.id));
    }
    if (has_accepted(a_case, *terms)) continue;
    auto ended = co_await ask_for_terms(dialog, a_case, *terms);
    if (ended) co_return ended;
  }
  co_return std::nullopt;
}

// The password that PAM changes is that of the account it signs in to, on
// root's word: another's, or an unprivileged caller's word, remediates
// nothing.
bool can_change_password(const SignIn& sign_in) {
  return sign_in.asker == Asker::root && sign_in.person &&
         sign_in.target_user.empty();
}

// Done between the phases: the account phase tells the application to have
// the password changed.
void put_off_password_change(Case& a_case, const Controls& required) {
  const Rules& rules = *a_case.generation.rules;
  const UserRecord* record = rules.records.user(a_case.sign_in.person->name);
  a_case.pending.password_change = record ? record->risk_stamp : "";
  for (const Control control :
       {Control::risk_remediation, Control::password_change}) {
    if (required.contains(control)) prove(a_case.sign_in, control);
  }
}

asio::awaitable<Ending> refuse_password_change(Dialog dialog, Case& a_case) {
  return refuse(dialog.desk, a_case, Reason::password_change_due,
                wire::Outcome::policy_denies,
                words::refused(a_case.sign_in.id));
}

}  // namespace

asio::awaitable<std::optional<Ending>> meet_remaining_controls(Dialog dialog,
                                                               Case& a_case) {
  const Controls required = settle(dialog.desk, a_case).required_controls;
  if (required.contains(Control::password_change) ||
      required.contains(Control::risk_remediation)) {
    if (!can_change_password(a_case.sign_in)) {
      co_return co_await refuse_password_change(dialog, a_case);
    }
    put_off_password_change(a_case, required);
  }
  if (required.contains(Control::terms_of_use)) {
    auto ended = co_await accept_terms(dialog, a_case);
    if (ended) co_return ended;
  }
  co_return std::nullopt;
}

}  // namespace mfa
