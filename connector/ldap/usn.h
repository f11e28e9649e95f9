// SPDX-License-Identifier: BSD-3-Clause
//
// Active Directory and Samba: every change on a domain controller bears the
// next number (uSNChanged). The numbers are that controller's own, so another
// one, or one restored from a backup (another invocationId), is read in full.
#pragma once

#include "connector/ldap/polling.h"
#include "connector/ldap/root_dse.h"

namespace mfa::connector::ldap {

inline constexpr char kUsn[] = "usn";

// `token` nullopt: everything.
Result<Poll> plan_usn(const Session& session, Connection& connection,
                      const RootDse& root, const std::optional<Token>& token);

}  // namespace mfa::connector::ldap
