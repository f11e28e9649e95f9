// SPDX-License-Identifier: BSD-3-Clause
//
// Text that crosses a border: from outside into the log, from the agent onto
// a person's screen. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mfa::pam {

// For a log line: everything but printable ASCII, and `"` and `\`, becomes
// \xNN, so that one event is one line in any log. At most `limit` bytes
// of the text are taken, then "..." follows.
std::string escaped(std::string_view text, std::size_t limit = 256);

// Whether UTF-8 `text` holds a control character (C0, DEL or C1).
bool has_control_characters(std::string_view text);

// For a screen: the same without control characters other than newline and
// tab, so that no escape sequence reaches a terminal.
std::string displayable(std::string_view text);

// "No such file or directory", in English, from any thread; "" for 0.
const char* error_text(int error_number);

}  // namespace mfa::pam
