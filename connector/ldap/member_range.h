// SPDX-License-Identifier: BSD-3-Clause
//
// Active Directory gives a long attribute in pieces ([MS-ADTS] 3.1.1.3.1.3.3):
// asked for `member` it answers with "member;range=0-1499", and the rest is to
// be asked for. The last piece ends with "*".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "connector/ldap/entry.h"

namespace mfa::connector::ldap {

struct Range {
  std::size_t first = 0;
  std::optional<std::size_t> last;  // nullopt: to the end
};

// nullopt: the name has no range.
std::optional<Range> range_of(std::string_view attribute);

// What to ask for after the piece that `entry` has of `name`: "member;range=
// 1500-*". nullopt: there is no more.
std::optional<std::string> next_piece(const Entry& entry,
                                      std::string_view name);

}  // namespace mfa::connector::ldap
