// SPDX-License-Identifier: BSD-3-Clause
//
// The ticket by which the connector proves who it is. libkrb5 gets it, and
// gets a new one before it ends; what we do is say from which keytab, and tell
// an administrator what its errors mean.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/result.h"
#include "connector/config/config.h"

namespace mfa::connector::ldap {

// Tickets come from `keytab_file`, by its first principal, and are kept in
// memory alone. Without one the environment says where they are.
Result<> use_keytab(const LdapConfig& config);

// What Kerberos says, of what SASL says.
std::string_view kerberos_reason(std::string_view message);

// Of a bind that ended with the result code: `reason` and what to do about it.
std::string explain_kerberos(int code, std::string_view reason);

}  // namespace mfa::connector::ldap
