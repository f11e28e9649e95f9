// SPDX-License-Identifier: BSD-3-Clause
//
// For servers that can neither tell nor number their changes: what bears a
// modifyTimestamp since the newest that we have seen. Nothing says what was
// deleted, so all ids are listed now and then.
#pragma once

#include "connector/ldap/polling.h"

namespace mfa::connector::ldap {

inline constexpr char kTimestamp[] = "timestamp";

// A change may become visible after a newer one (another replica, a long
// transaction): that much is read twice...
inline constexpr std::chrono::seconds kOverlap{120};

// ...as long as `since_newest`, how long ago we first saw the newest, is below
// it.

// All ids, people's and groups', are listed in the first poll after this time,
// which costs a part of reading everything...
inline constexpr std::chrono::minutes kListingInterval{15};
// ...and this much is read again then, for replicas that lag for longer. A
// change that is later still is brought when everything is read again.
inline constexpr std::chrono::minutes kLongOverlap{60};

// `token` nullopt: everything.
Poll plan_timestamp(const Session& session, const std::optional<Token>& token,
                    std::chrono::seconds since_newest);

}  // namespace mfa::connector::ldap
