// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "agent/base/result.h"
#include "connector/config/config.h"
#include "connector/ldap/connection.h"

namespace mfa::connector::ldap {

// Says who we are: simple with the password file's content, EXTERNAL (the
// client certificate, or our uid on ldapi), or GSSAPI (a ticket of the
// keytab, or of what the environment names). Only over a connection that is
// encrypted or local.
Result<> bind(Connection& connection, const LdapConfig& config);

}  // namespace mfa::connector::ldap
