// SPDX-License-Identifier: BSD-3-Clause
//
// Every string from outside (names, hosts, terminals, directory text) passes
// here before it reaches a prompt, a log line or a terminal.
#pragma once

#include <string>
#include <string_view>

namespace mfa {

// Control characters (C0, DEL, C1), bidirectional overrides and isolates,
// line and paragraph separators, invalid UTF-8, `"` and `\` become \xNN or
// \u{NNNN}; at most `limit` bytes of input are taken, then "..." follows.
std::string escaped(std::string_view text, std::size_t limit = 256);

// The same between double quotes, for key=value log lines.
std::string quoted(std::string_view text, std::size_t limit = 256);

}  // namespace mfa
