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
};

PersonRow load_person(Transaction& transaction, const std::string& person);
void save_uid(Transaction& transaction, const std::string& person,
              std::optional<std::uint32_t> uid);
// At a successful sign-in, of the registered too. Only the first one counts.
void start_grace(Transaction& transaction, const std::string& person);
void clear_grace(Transaction& transaction, const std::string& person);

}  // namespace mfa
