// SPDX-License-Identifier: BSD-3-Clause
//
// The tables of state.db, and how an older database becomes today's.
#pragma once

#include "agent/base/result.h"
#include "agent/store/database.h"

namespace mfa {

inline constexpr int kApplicationId = 0x4d464131;  // "MFA1" in the file header
inline constexpr int kSchemaVersion = 4;

// `damaged` when this is no database of ours, `refused` when a newer version
// of mfa-agent wrote it. Reads only.
Result<> check_identity(Database& database);

// Brings an empty or older database to kSchemaVersion; each step is one
// transaction, so an interrupted one can be run again.
Result<> migrate(Database& database);

}  // namespace mfa
