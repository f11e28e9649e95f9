// SPDX-License-Identifier: BSD-3-Clause
//
// For servers that can neither tell nor number their changes: what bears a
// modifyTimestamp since the newest that we have seen. Nothing says what was
// deleted until everything is read again.
#pragma once

#include "connector/ldap/polling.h"

namespace mfa::connector::ldap {

inline constexpr char kTimestamp[] = "timestamp";

// A change may become visible after a newer one (another replica, a long
// transaction): that much is read twice...
inline constexpr std::chrono::seconds kOverlap{120};

// ...as long as `since_newest`, how long ago we first saw the newest, is below
// it. `token` nullopt: everything.
Poll plan_timestamp(const Session& session, const std::optional<Token>& token,
                    std::chrono::seconds since_newest);

}  // namespace mfa::connector::ldap
