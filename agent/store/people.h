// SPDX-License-Identifier: BSD-3-Clause
//
// Table `people`: what is known of a person beside the methods.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/store/transaction.h"

namespace mfa {

struct PersonRow {
  std::optional<std::uint32_t> uid;  // when the methods were bound
  std::optional<Instant> grace_started;
  bool mfa_required = false;
  std::string remediated_risk;
  // Graph's signInSessionsValidFromDateTime: a second factor that was proved
  // up to then is not remembered.
  std::optional<Instant> sessions_valid_from;
  std::int64_t remembered = 0;  // rows in `remembered_mfa`
  std::int64_t terms = 0;       // rows in `accepted_terms`
};

PersonRow load_person(Transaction& transaction, const std::string& person);
// A row to hold on to, with nothing in it, unless there is one.
void add_person(Transaction& transaction, const std::string& person);
void save_uid(Transaction& transaction, const std::string& person,
              std::optional<std::uint32_t> uid);
// At a successful sign-in, of the registered too. Only the first one counts.
void start_grace(Transaction& transaction, const std::string& person);
void clear_grace(Transaction& transaction, const std::string& person);
void save_mfa_required(Transaction& transaction, const std::string& person,
                       bool required);
// "" when no risk is remediated.
void save_remediated_risk(Transaction& transaction, const std::string& person,
                          const std::string& stamp);
void save_sessions_valid_from(Transaction& transaction,
                              const std::string& person, Instant from);

}  // namespace mfa
