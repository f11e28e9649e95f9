// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "mfactl/qr.h"
#include "wire/secret.h"

namespace mfa::mfactl {

// Somebody sits there: what is asked is read and can be answered.
bool can_ask();
bool output_is_terminal();
bool is_utf8_locale();
// Columns of the terminal that standard output is; nullopt when it is none.
std::optional<std::size_t> terminal_width();

// What this output can show; none when it is no terminal.
QrStyle best_qr_style();

// Asks on the terminal. nullopt: nobody answered (end of file, or Ctrl-C,
// which does not end the program while it asks).
std::optional<Secret> ask(std::string_view prompt);

// To standard output, at once.
void print(std::string_view text);
// To standard error, with the program's name before it.
void complain(std::string_view text);

}  // namespace mfa::mfactl
