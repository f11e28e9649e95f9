// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/state_row.h"

namespace mfa {
namespace {

constexpr std::size_t kStoreIdBytes = 16;
constexpr std::string_view kKnownText = "pam_mfa state";

SeedOwner key_check_owner(std::string_view store_id) {
  return {.person = "", .method_id = store_id, .row_version = 0};
}

}  // namespace

void insert_state(Database& database, const Seal& seal, Random& random) {
  const auto bytes = random.array<kStoreIdBytes>();
  const std::string store_id(bytes.begin(), bytes.end());
  const std::string check =
      seal.seal(kKnownText, key_check_owner(store_id), random);
  database
      .statement(
          "INSERT INTO state (id, store_id, key_check, generation) "
          "VALUES (1, ?, ?, 0)")
      .with(Blob{store_id}, Blob{check})
      .run();
}

std::optional<StateRow> load_state(Database& database) {
  Statement query = database.statement(
      "SELECT store_id, key_check, generation, spent_before FROM state");
  if (!query.next()) return std::nullopt;
  StateRow state;
  state.store_id = query.text(0);
  state.key_check = query.text(1);
  state.generation = static_cast<std::uint64_t>(query.integer(2));
  state.spent_before = query.optional_instant(3);
  return state;
}

bool is_key_of(const Seal& seal, const StateRow& state) {
  const auto text = seal.open(state.key_check, key_check_owner(state.store_id));
  return text && text->equals(kKnownText);
}

void record_rollback(Database& database, std::uint64_t generation,
                     Instant spent_before) {
  database
      .statement(
          "UPDATE state SET generation = ?1, "
          "spent_before = max(coalesce(spent_before, ?2), ?2)")
      .with(generation, spent_before)
      .run();
}

std::uint64_t next_generation(Database& database) {
  Statement update = database.statement(
      "UPDATE state SET generation = generation + 1 RETURNING generation");
  return update.next() ? static_cast<std::uint64_t>(update.integer(0)) : 0;
}

Statistics load_statistics(Database& database) {
  Statement query = database.statement(
      "SELECT people_registered, people_in_grace, methods, methods_disabled, "
      "sign_ins, generation FROM state");
  Statistics statistics;
  if (!query.next()) return statistics;
  statistics.people_registered = query.integer(0);
  statistics.people_in_grace = query.integer(1);
  statistics.methods = query.integer(2);
  statistics.methods_disabled = query.integer(3);
  statistics.sign_ins = query.integer(4);
  statistics.generation = static_cast<std::uint64_t>(query.integer(5));
  return statistics;
}

}  // namespace mfa
