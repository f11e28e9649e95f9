// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string_view>

#include "mfactl/qr.h"
#include "wire/secret.h"

namespace mfa::mfactl {

// Somebody sits there: what is asked is read and can be answered.
bool can_ask();
bool output_is_terminal();
bool is_utf8_locale();

// What this output can show; none when it is no terminal.
QrStyle best_qr_style();

// Asks on the terminal. nullopt: nobody answered (end of file).
std::optional<Secret> ask(std::string_view prompt);

// To standard output, at once.
void print(std::string_view text);
// To standard error, with the program's name before it.
void complain(std::string_view text);

}  // namespace mfa::mfactl
