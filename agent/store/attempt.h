// SPDX-License-Identifier: BSD-3-Clause
//
// One answer to a prompt: verified, counted and logged in one savepoint.
#pragma once

#include "agent/store/store.h"
#include "agent/store/transaction.h"

namespace mfa {

Result<AttemptResult> run_attempt(Transaction& transaction,
                                  const Attempt& attempt);

// The newest step that may not be accepted any more: of the method itself,
// or, after a restored backup, everything up to then. A method that was bound
// since has a seed that no older code fits.
std::int64_t spent_through(const Transaction& transaction,
                           const Method& method);

}  // namespace mfa
