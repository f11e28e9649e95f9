// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "agent/directory/records.h"
#include "agent/policy/policy.h"
#include "agent/policy/unresolved_name.h"

namespace mfa {

// The users and groups that policies name and that neither NSS nor the records
// know. A name that NSS cannot tell about counts as unknown. Blocks.
// `elsewhere`: a central directory may know what NSS surely does not have, so
// that is left out.
std::vector<UnresolvedName> unresolved_names(
    const std::vector<Policy>& policies, const DirectoryRecords& records,
    bool elsewhere = false);

}  // namespace mfa
