// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/dialog.h"

#include <utility>

#include "agent/sign_in/words.h"

namespace mfa {
namespace {

std::pair<Reason, wire::Outcome> meaning_of(Reply::Kind kind) {
  switch (kind) {
    case Reply::Kind::failed:
      return {Reason::conversation_failed, wire::Outcome::conversation_failed};
    case Reply::Kind::canceled:
      return {Reason::canceled, wire::Outcome::unavailable};
    case Reply::Kind::timed_out:
      return {Reason::no_answer, wire::Outcome::unavailable};
    case Reply::Kind::stopping:
      return {Reason::agent_stopping, wire::Outcome::unavailable};
    case Reply::Kind::given:
    case Reply::Kind::empty:
    case Reply::Kind::unusable:
      break;
  }
  return {Reason::unusable_answer, wire::Outcome::wrong};
}

}  // namespace

bool ends_dialog(Reply::Kind kind) {
  return kind != Reply::Kind::given && kind != Reply::Kind::empty &&
         kind != Reply::Kind::unusable;
}

asio::awaitable<Ending> end_without_answer(Dialog dialog, Case& a_case,
                                           Reply::Kind kind) {
  const auto [reason, outcome] = meaning_of(kind);
  const std::string id = a_case.sign_in.id;
  // A conversation that cannot carry a question is a legacy client's; the
  // policies are asked again with that fact.
  if (reason == Reason::conversation_failed) {
    a_case.sign_in.facts.client_app_type = ClientAppType::other;
    decide(a_case);
    return refuse(dialog.desk, a_case, reason, outcome,
                  words::cannot_ask_here(id));
  }
  return refuse(dialog.desk, a_case, reason, outcome, words::refused(id));
}

}  // namespace mfa
