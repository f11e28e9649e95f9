// SPDX-License-Identifier: BSD-3-Clause
//
// All that the agent is to the connector: it takes what the directory has and
// bad news, and gives work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "connector/model/source.h"

namespace mfa::connector {

struct Work {
  enum class Action { sync, confirm_safe, dismiss_risk };
  std::int64_t id = 0;
  Action action = Action::sync;
  std::string person;  // of the last two: the id
};

class Agent : public Receiver {
 public:
  // For `mfactl directory status`.
  virtual Result<> report_trouble(std::string_view message,
                                  Instant next_try) = 0;

  // Asks for work; nothing to do where that was asked already.
  virtual Result<> open_work() = 0;
  // Readable when there is some, or when the agent is gone. -1: not asked for.
  virtual int work_fd() const = 0;
  // What waits, without waiting; nullopt: nothing. An error: the agent is
  // gone, ask for work anew.
  virtual Result<std::optional<Work>> next_work() = 0;
  // `done` false: it cannot be done, ever. A call that is not made leaves the
  // work undone, and it comes again.
  virtual Result<> work_done(std::int64_t id, bool done,
                             std::string_view message) = 0;

  // False: the last call failed on the way, not at its end.
  virtual bool is_reachable() const = 0;
};

}  // namespace mfa::connector
