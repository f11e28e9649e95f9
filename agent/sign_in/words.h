// SPDX-License-Identifier: BSD-3-Clause
//
// Every sentence the agent shows to a person, in one place, through gettext.
// They tell what to do and never why it was refused: the reason is in the
// log, under the reference.
#pragma once

#include <string>
#include <string_view>

namespace mfa::words {

std::string code_prompt();
std::string refused(const std::string& reference);
std::string not_registered(const std::string& reference);
std::string second_factor_missing(const std::string& reference);
std::string cannot_ask_here(const std::string& reference);
std::string try_later(const std::string& reference);
std::string days_left(unsigned days);
std::string terms_prompt(const std::string& text);
bool is_yes(std::string_view answer);
std::string new_password_required();
std::string device_required(const std::string& reference);

}  // namespace mfa::words
