// SPDX-License-Identifier: BSD-3-Clause
//
// The dialog's Terminal, at the other end of a module's connection.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "agent/base/random.h"
#include "agent/server/wire_connection.h"
#include "agent/sign_in/terminal.h"

namespace mfa {

class WireTerminal final : public Terminal {
 public:
  WireTerminal(std::shared_ptr<WireConnection> connection, Random& random,
               Deadline deadline)
      : connection_(std::move(connection)),
        random_(random),
        deadline_(deadline) {}

  asio::awaitable<Reply> ask(std::string prompt,
                             wire::AnswerForm form) override;
  asio::awaitable<void> tell(std::string text) override;

  // Why the peer was cut off, for the log; nullptr if it kept to the protocol.
  const char* protocol_error() const { return protocol_error_; }
  // False once nobody is there to hear a verdict.
  bool is_connected() const { return connected_; }

 private:
  Reply reply_from(WireConnection::Received received,
                   const wire::AskId& ask_id);
  Reply gone(const char* protocol_error);

  std::shared_ptr<WireConnection> connection_;
  Random& random_;
  Deadline deadline_;
  const char* protocol_error_ = nullptr;
  bool connected_ = true;
};

}  // namespace mfa
