// SPDX-License-Identifier: BSD-3-Clause
//
// What the cache answers to one sign-in: the person by account, and everything
// that the person is in. Failures of the database stay with it.
#pragma once

#include "agent/cache/cache.h"
#include "agent/cache/scope_groups.h"
#include "agent/store/database.h"

namespace mfa {

// `database`: a reader.
CacheAnswer look_up(Database& database, LatestScopeGroups& scopes,
                    const CacheAges& ages, const CacheQuestion& question,
                    Instant now);

}  // namespace mfa
