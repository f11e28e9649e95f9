// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "agent/cache/cache.h"
#include "agent/store/database.h"

namespace mfa {

// Costs the same with ten people as with a million. `bytes_on_disk` is left 0.
CacheStatus read_status(Database& database, const CacheAges& ages, Instant now);

}  // namespace mfa
