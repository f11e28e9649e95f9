// SPDX-License-Identifier: BSD-3-Clause
//
// A distinguished name in one form, so that names which mean the same entry
// compare equal byte by byte: attribute types by their short names in lower
// case, values in lower case with single spaces (as the matching rules of all
// usual naming attributes compare them), parts of one RDN sorted, no space
// around separators, special characters escaped by a backslash. "CN=Ann  Lee,
// OU=People,DC=Example" is "cn=ann lee,ou=people,dc=example".
#pragma once

#include <string>
#include <string_view>

namespace mfa::connector::ldap {

// Total: what is no DN is folded as a whole. UTF-8 without control characters
// and not longer than kLongestName; a longer one becomes "sha256:...".
std::string dn_key(std::string_view dn);

// The same for a value of uniqueMember's syntax, whose "#'0101'B" behind the
// name is dropped.
std::string unique_member_key(std::string_view value);

// A name that is no DN (a uid, an id), within the agent's limits and without
// control characters; otherwise unchanged.
std::string plain_key(std::string_view text);

}  // namespace mfa::connector::ldap
