// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/wire_terminal.h"

namespace mfa {

asio::awaitable<Reply> WireTerminal::ask(std::string prompt,
                                         wire::AnswerForm form) {
  wire::Ask ask;
  ask.id = random_.array<std::tuple_size_v<wire::AskId>>();
  ask.form = form;
  ask.text = std::move(prompt);
  const wire::AskId id = ask.id;
  if (!connection_->send(std::move(ask))) co_return gone(nullptr);
  auto received = co_await connection_->receive(deadline_);
  co_return reply_from(std::move(received), id);
}

asio::awaitable<void> WireTerminal::tell(std::string text) {
  connected_ &=
      connection_->send(wire::Tell{wire::TellStyle::info, std::move(text)});
  co_return;
}

Reply WireTerminal::gone(const char* protocol_error) {
  connected_ = false;
  protocol_error_ = protocol_error;
  return {Reply::Kind::canceled, {}};
}

Reply WireTerminal::reply_from(WireConnection::Received received,
                               const wire::AskId& ask_id) {
  switch (received.status) {
    case WireConnection::Status::timed_out:
      return {Reply::Kind::timed_out, {}};
    case WireConnection::Status::stopping:
      return {Reply::Kind::stopping, {}};
    case WireConnection::Status::closed:
      return gone(nullptr);
    case WireConnection::Status::malformed:
      return gone(received.error);
    case WireConnection::Status::message:
      break;
  }
  if (std::holds_alternative<wire::Cancel>(received.message)) {
    return gone(nullptr);
  }
  auto* answer = std::get_if<wire::Answer>(&received.message);
  if (!answer) return gone("a message that is no answer");
  if (answer->ask_id != ask_id) return gone("an answer to another question");
  switch (answer->status) {
    case wire::AnswerStatus::given:
      return {Reply::Kind::given, std::move(*answer->text)};
    case wire::AnswerStatus::empty:
      return {Reply::Kind::empty, {}};
    case wire::AnswerStatus::unusable:
      return {Reply::Kind::unusable, {}};
    case wire::AnswerStatus::failed:
      break;
  }
  return {Reply::Kind::failed, {}};
}

}  // namespace mfa
