// SPDX-License-Identifier: BSD-3-Clause
//
// The end of a kind of facts that nobody brings any more.
#pragma once

#include "agent/cache/meta.h"

namespace mfa {

// Any kind but people. `keep_risky`: a risk of medium or high stays.
void drop_kind(Database& database, DirectoryKind kind, bool keep_risky,
               CacheCounts& counts);

}  // namespace mfa
