// SPDX-License-Identifier: BSD-3-Clause
//
// Names of accounts as an administrator has written them into a file.
#pragma once

#include <optional>
#include <string>

#include "agent/base/result.h"
#include "agent/directory/nss.h"
#include "agent/model/user_name.h"

namespace mfa {

// What is wrong with it on this host, and what to do; nullopt: nothing. An
// error: NSS cannot tell. Blocks.
Result<std::optional<std::string>> fault_of_account(const nss::Calls& calls,
                                                    const UserName& name);

}  // namespace mfa
