// SPDX-License-Identifier: BSD-3-Clause
//
// What the dialog speaks to. In production it is the wire to the module
// (server/wire_terminal.h), in tests a script.
#pragma once

#include <asio/awaitable.hpp>
#include <string>

#include "wire/message.h"
#include "wire/secret.h"

namespace mfa {

struct Reply {
  enum class Kind {
    given,
    empty,      // nothing was typed
    unusable,   // it cannot be what was asked for
    failed,     // the application could not put the question
    canceled,   // the application went away
    timed_out,  // nobody answered
    stopping,   // the agent is being stopped
  };
  Kind kind = Kind::canceled;
  Secret text;  // with `given`
};

class Terminal {
 public:
  virtual ~Terminal() = default;
  virtual asio::awaitable<Reply> ask(std::string prompt,
                                     wire::AnswerForm form) = 0;
  virtual asio::awaitable<void> tell(std::string text) = 0;
};

}  // namespace mfa
