// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/dialog.h"

#include <string>
#include <variant>

#include "pam_module/connection.h"
#include "pam_module/trust.h"

namespace mfa::pam {
namespace {

Failure connect_to_agent(const Call& call, Connection& agent,
                         Deadline deadline) {
  const std::string path(call.arguments.socket);
  if (const Failure failure = agent.open(path, deadline)) return failure;
  const std::optional<uid_t> peer = agent.peer();
  const char* why = peer ? why_distrusted(call.pamh, path.c_str(), *peer)
                         : "the kernel does not say who is behind the socket";
  return why ? Failure{Trouble::impostor, why} : Failure{};
}

// A connection that has ended may still hold the agent's last word, which
// says more than the failure to send: then receive() reports the end.
Failure send_unless_closed(Connection& agent, const wire::Message& message,
                           Deadline deadline) {
  const Failure failure = agent.send(message, deadline);
  return failure.trouble == Trouble::closed ? Failure{} : failure;
}

Failure give_up(Connection& agent, Deadline deadline, const Failure& why) {
  static_cast<void>(agent.send(wire::Cancel{}, deadline));  // a courtesy
  return why;
}

Failure ask_and_answer(Connection& agent, const wire::Ask& ask,
                       const Conversation& person, Deadline deadline) {
  const wire::Message answer = person.ask(ask);
  if (deadline.has_passed()) {
    return give_up(agent, deadline,
                   {Trouble::late, "the person did not answer in time"});
  }
  return send_unless_closed(agent, answer, deadline);
}

Ending accept_verdict(wire::Verdict verdict, const wire::Begin& begin) {
  if (verdict.nonce != begin.nonce) {
    return {std::nullopt,
            {Trouble::malformed, "a verdict about another sign-in"},
            true};
  }
  return {std::move(verdict), {}, true};
}

// Carries one message of the agent; a failure ends the dialog.
Failure carry(Connection& agent, const wire::Message& message,
              const Conversation& person, Deadline deadline) {
  if (const auto* ask = std::get_if<wire::Ask>(&message)) {
    return ask_and_answer(agent, *ask, person, deadline);
  }
  if (const auto* tell = std::get_if<wire::Tell>(&message)) {
    person.tell(tell->style, tell->text);
    return {};
  }
  return {Trouble::malformed, "a message only this module may send"};
}

}  // namespace

Ending hold_dialog(const Call& call, const wire::Begin& begin,
                   const Conversation& person, Deadline deadline) {
  Connection agent;
  Failure failure = connect_to_agent(call, agent, deadline);
  if (!failure) failure = send_unless_closed(agent, begin, deadline);
  bool agent_spoke = false;
  for (int count = 0; !failure && count < kMaxMessages; ++count) {
    auto [message, trouble] = agent.receive(deadline);
    if (!message) return {std::nullopt, trouble, agent_spoke};
    if (auto* verdict = std::get_if<wire::Verdict>(&*message)) {
      return accept_verdict(std::move(*verdict), begin);
    }
    failure = carry(agent, *message, person, deadline);
    agent_spoke = true;
  }
  if (!failure) {
    failure = give_up(agent, deadline,
                      {Trouble::malformed, "messages without an end"});
  }
  return {std::nullopt, failure, agent_spoke};
}

}  // namespace mfa::pam
