// SPDX-License-Identifier: BSD-3-Clause
//
// Accounts that the directory had once, or has in a record that nobody
// understands: they are disabled until a record of somebody brings them.
#pragma once

#include <cstdint>

#include "agent/cache/cache.h"
#include "agent/cache/mass_change.h"
#include "agent/store/database.h"

namespace mfa {

// Does nothing where the account is that of somebody who is understood, or is
// disabled already. The account must be given.
void bury_refused(Database& database, const change::Refused::Person& person,
                  std::int64_t generation, Instant now);

// So many tombstones of earlier generations were lifted by enabled people.
void count_lifted(std::int64_t tombstones, Losses& losses);

}  // namespace mfa
