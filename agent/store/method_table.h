// SPDX-License-Identifier: BSD-3-Clause
//
// Table `methods`: registered methods, their counters and sealed seeds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/method.h"
#include "agent/store/transaction.h"
#include "wire/secret.h"

namespace mfa {

// Oldest first. A pending method that is past its time is left out.
std::vector<Method> load_methods(Transaction& transaction,
                                 const std::string& person);
// Removes what load_methods leaves out.
void drop_expired_methods(Transaction& transaction, const std::string& person);

void insert_method(Transaction& transaction, const Method& method,
                   std::string_view seed);
void delete_method(Transaction& transaction, const Method& method);

// `damaged` when the row was tampered with or belongs to another key.
Result<Secret> open_seed(Transaction& transaction, const Method& method);

// Spends `method.last_accepted_step` and saves counters and state. False when
// that step or a later one was spent already: then nothing is changed.
bool spend_step(Transaction& transaction, const Method& method);
// Saves counters and state after a failure.
void save_failures(Transaction& transaction, const Method& method);
// Clears the counters of what is not disabled.
void clear_failures(Transaction& transaction, const std::string& person);

}  // namespace mfa
