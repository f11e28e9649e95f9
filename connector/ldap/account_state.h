// SPDX-License-Identifier: BSD-3-Clause
//
// Whether the directory has ended an account. A lock that passes by itself
// (too many wrong passwords) is not an end.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/base/clock.h"
#include "connector/ldap/entry.h"
#include "connector/ldap/mapping.h"

namespace mfa::connector::ldap {

// By each of `attributes` that the entry has:
//   userAccountControl               bit 2
//   accountExpires                   a Windows time that is over
//   pwdAccountLockedTime             "000001010000Z": by an administrator
//   shadowExpire                     days since 1970 that are over
//   pwdEndTime, krbPrincipalExpiration  a time that is over
//   any other                        a boolean: nsAccountLock, loginDisabled
// A value that cannot be read disables.
bool is_disabled(const Entry& entry, const Names& attributes, Instant now);

// "20261121173000Z", "20261121173000.0Z" or "202611211730Z". Only UTC, which
// is what servers write.
std::optional<Instant> parse_generalized_time(std::string_view text);
std::string to_generalized_time(Instant instant);

// Windows: 100 ns since 1601.
std::int64_t to_file_time(Instant instant);

// Decimal digits with an optional minus and nothing else.
std::optional<std::int64_t> parse_number(std::string_view text);

}  // namespace mfa::connector::ldap
