// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/emergency.h"

#include <algorithm>

namespace mfa::pam {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// tty1, tty12: a virtual terminal.
bool is_virtual_terminal(std::string_view tty) {
  if (!tty.starts_with("tty")) return false;
  tty.remove_prefix(3);
  return !tty.empty() && std::all_of(tty.begin(), tty.end(), is_digit);
}

// ttyS0, ttySAC0: a serial line.
bool is_serial_line(std::string_view tty) {
  if (!tty.starts_with("ttyS")) return false;
  tty.remove_prefix(4);
  return !tty.empty() && std::all_of(tty.begin(), tty.end(), [](char c) {
    return is_digit(c) || is_letter(c);
  });
}

}  // namespace

bool is_console(std::string_view service, std::optional<std::string_view> tty,
                std::optional<std::string_view> rhost) {
  if (service != "login" || !tty || !rhost.value_or("").empty()) return false;
  if (tty->starts_with("/dev/")) tty->remove_prefix(5);
  return *tty == "console" || is_virtual_terminal(*tty) || is_serial_line(*tty);
}

bool is_emergency_user(const Arguments& arguments, std::string_view user) {
  const auto& users = arguments.emergency_users;
  return std::find(users.begin(), users.end(), user) != users.end();
}

}  // namespace mfa::pam
