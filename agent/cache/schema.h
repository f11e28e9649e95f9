// SPDX-License-Identifier: BSD-3-Clause
//
// The tables of directory.db. There is no migration: a file of another version
// is put aside, and the connector brings everything again. The disabled and the
// risky are read out of it all the same (files.h), so those columns stay.
#pragma once

#include "agent/base/result.h"
#include "agent/store/database.h"

namespace mfa {

inline constexpr int kCacheVersion = 2;

// The empty tables, with the row of `meta`. Their indexes are a second step: a
// load is several times faster without.
void create_cache_tables(Database& database);
void index_people_by_id(Database& database);
void index_memberships(Database& database);
void index_accounts(Database& database);

// Tables that live as long as the connection. `edits`: of whoever changes
// records; `loading`: of a whole load.
void create_tables_of_edits(Database& database);
void create_tables_of_load(Database& database);

// `damaged`: no file of ours, or of another version.
Result<> check_cache_identity(Database& database);

}  // namespace mfa
