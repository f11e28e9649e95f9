// SPDX-License-Identifier: BSD-3-Clause
//
// Table `remembered_mfa`: second factors that need not be proved again so
// soon. Whether one fits a sign-in is not decided here; what can vouch for
// nothing any more is neither kept nor told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/store/store.h"
#include "agent/store/transaction.h"

namespace mfa {

// Newest first.
std::vector<RememberedMfa> load_remembered(Transaction& transaction,
                                           const std::string& person);
// Replaces one with the same binding. The person has a row in `people`.
void remember_mfa(Transaction& transaction, const std::string& person,
                  const RememberedMfa& remembered);
// Also what was proved up to now and is yet to be remembered. Returns how many
// rows went.
std::uint64_t forget_remembered(Transaction& transaction,
                                const std::string& person);
// Drops at most `limit` that are past their lifetime.
void trim_remembered(Transaction& transaction, std::int64_t limit);

}  // namespace mfa
