// SPDX-License-Identifier: BSD-3-Clause
//
// An LDAP directory as a source of people, groups and devices: OpenLDAP,
// 389 Directory Server, Active Directory, Samba. Nothing of the directory is
// kept in memory: an entry is read, made a record and handed on.
//
//   ldap_source   which way changes are learnt, and from which server
//   syncrepl      the server tells of changes (RFC 4533)
//   polling       the server is asked for them: usn, timestamp
//   delivery      records into a generation
//   read_records  an entry as a record; pure, as all that follows:
//   account_state, binary_ids, dn_key, mapping, member_range, sync_control,
//   token
//   search, connection, bind
//                 libldap
#pragma once

#include <memory>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "connector/config/config.h"
#include "connector/model/source.h"

namespace mfa::connector {

// Connects to nothing yet. `clock` must outlive it. Errors: an attribute map
// that cannot be (malformed).
Result<std::unique_ptr<Source>> make_ldap_source(const LdapConfig& config,
                                                 const Clock& clock);

}  // namespace mfa::connector
