// SPDX-License-Identifier: BSD-3-Clause
//
// Binding methods to people, and taking them away again.
#pragma once

#include <string>

#include "agent/store/store.h"
#include "agent/store/transaction.h"

namespace mfa {

// `malformed`: label or parameters. `conflict`: the label is taken, too many
// methods, or methods of another uid are there.
Result<BoundMethod> bind_method(Transaction& transaction,
                                const NewMethod& wanted);
Result<Method> prove_method(Transaction& transaction, const UserName& person,
                            const std::string& id, const Secret& code);
Result<Method> unbind_method(Transaction& transaction, const UserName& person,
                             const std::string& id);

}  // namespace mfa
