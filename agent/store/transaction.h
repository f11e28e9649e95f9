// SPDX-License-Identifier: BSD-3-Clause
//
// What an operation works with while it runs, on the store's thread.
#pragma once

#include <optional>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "agent/store/database.h"
#include "agent/store/seal.h"

namespace mfa {

struct Transaction {
  Database& database;
  const Seal& seal;
  Random& random;
  Now now;
  // After a restored backup: codes up to here count as spent.
  std::optional<Instant> spent_before;
};

}  // namespace mfa
