// SPDX-License-Identifier: BSD-3-Clause
//
// What RFC 4533 puts into a message of a search.
#pragma once

#include <optional>
#include <vector>

#include "connector/ldap/connection.h"
#include "connector/ldap/sync_control.h"

namespace mfa::connector::ldap {

// nullopt: it does not have that, or not as RFC 4533 says.
std::optional<SyncState> state_of(const std::vector<Control>& controls);
std::optional<SyncInfo> info_of(LDAP* handle, LDAPMessage* message);

}  // namespace mfa::connector::ldap
