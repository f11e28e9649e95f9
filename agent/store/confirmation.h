// SPDX-License-Identifier: BSD-3-Clause
//
// The account phase came: the record becomes a success, and what the sign-in
// leaves behind is kept, in one savepoint.
#pragma once

#include "agent/store/store.h"
#include "agent/store/transaction.h"

namespace mfa {

// See Store::confirm.
Result<> run_confirmation(Transaction& transaction,
                          const Confirmation& confirmation);

}  // namespace mfa
