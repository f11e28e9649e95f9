// SPDX-License-Identifier: BSD-3-Clause
//
// Table `state`: the one row about the database as a whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/base/random.h"
#include "agent/store/database.h"
#include "agent/store/seal.h"
#include "agent/store/store.h"

namespace mfa {

struct StateRow {
  std::string store_id;
  std::string key_check;
  std::uint64_t generation = 0;
  std::optional<Instant> spent_before;
};

// The first row of a new database.
void insert_state(Database& database, const Seal& seal, Random& random);
std::optional<StateRow> load_state(Database& database);
// Whether `seal` has the key this database was made with.
bool is_key_of(const Seal& seal, const StateRow& state);

// After a restored backup: continues behind `generation`, so that it is
// noticed once, and refuses codes up to `spent_before` from now on.
void record_rollback(Database& database, std::uint64_t generation,
                     Instant spent_before);
// Returns the generation that the running transaction makes.
std::uint64_t next_generation(Database& database);
Statistics load_statistics(Database& database);

}  // namespace mfa
