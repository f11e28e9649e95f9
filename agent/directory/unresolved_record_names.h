// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "agent/directory/nss.h"
#include "agent/directory/records.h"

namespace mfa {

// A directory may need milliseconds for each name it does not have;
// --check-config waits for all of them, and so does a reload that follows
// another.
inline constexpr std::size_t kMaxCheckedAccounts = 1000;
// More names than these are counted: nobody reads on.
inline constexpr std::size_t kMaxNamedAccounts = 20;

// Users and owners of devices in the directory file that are no accounts of
// this host, one sentence each, and what was not checked. Such a record has no
// effect. Not an error, unlike a name in a policy: the file may be one for many
// hosts, and somebody who leaves must not hold up the next reload. Blocks.
std::vector<std::string> unresolved_names(const DirectoryRecords& records,
                                          const nss::Calls& calls = {});

}  // namespace mfa
