// SPDX-License-Identifier: BSD-3-Clause
//
// What the connector is to tell the central directory of people's risk. Kept
// until the directory has heard of it, or never will.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/base/clock.h"

namespace mfa {

struct Transaction;

struct DirectoryReport {
  enum class Action : std::uint8_t {  // values are stored
    confirm_safe = 1,  // passed the second factor that a risk policy asked for
    dismiss_risk = 2,  // changed the password that a risk policy asked for
  };
  std::int64_t id = 0;    // given by the store, never given again
  std::string person_id;  // as the directory calls the person
  Action action = Action::confirm_safe;
  std::string risk_stamp;  // which risk; "": it cannot be told from a later one
  Instant happened;
};

// Of now. The same report of the same risk waits once only; when as many wait
// as are kept, a new one is dropped: the directory is told less, and the risk
// stands there until somebody looks.
void queue_directory_report(Transaction& transaction,
                            const DirectoryReport& report);
// Oldest first.
std::vector<DirectoryReport> load_directory_reports(Transaction& transaction);
// False: there is none by this id (any more).
bool drop_directory_report(Transaction& transaction, std::int64_t id);

}  // namespace mfa
