// SPDX-License-Identifier: BSD-3-Clause
//
// The only way in without the agent: an account that the line in
// pam.d names, at the machine itself. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "pam_module/arguments.h"

namespace mfa::pam {

// login on a virtual terminal (tty1), a serial one (ttyS0) or the console.
// No remote host is not enough: many services never name one.
bool is_console(std::string_view service, std::optional<std::string_view> tty,
                std::optional<std::string_view> rhost);

bool is_emergency_user(const Arguments& arguments, std::string_view user);

}  // namespace mfa::pam
