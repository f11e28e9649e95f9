// SPDX-License-Identifier: BSD-3-Clause
//
// What the agent knows of its connector, beside what it brought: for
// `mfactl directory`, and for the connector that waits for work.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "agent/base/clock.h"
#include "agent/control/limits.h"

namespace mfa::control {

// The first line at once, and then one in kConnectorLogInterval.
class LogPace {
 public:
  // True: log it. `now` is the time since the machine started.
  bool is_due(std::chrono::microseconds now) {
    if (last_ && now - *last_ < kConnectorLogInterval) return false;
    last_ = now;
    return true;
  }

 private:
  std::optional<std::chrono::microseconds> last_;
};

struct ConnectorState {
  // What the connector said last went wrong; gone when it brings something.
  struct Trouble {
    std::string source;
    std::string message;  // not escaped
    Instant at;
    std::optional<Instant> next_try;
    bool is_logged = false;
  };
  std::optional<Trouble> trouble;

  std::optional<uid_t> last_uid;  // of whoever called last
  std::optional<Instant> last_call;
  std::size_t waiting_for_work = 0;  // connections that would hear of it
  bool sync_wanted = false;          // asked for, and nobody was told yet
  std::string held;                  // the last alert about a mass change

  // Lines that a connector can cause as often as it calls.
  LogPace trouble_pace, held_pace, refusal_pace;

  // Asks the connector to fetch now. False: none is listening; it will be
  // asked when it comes.
  bool request_sync() {
    sync_wanted = true;
    return waiting_for_work > 0;
  }
};

}  // namespace mfa::control
