// SPDX-License-Identifier: BSD-3-Clause
//
// The words after pam_mfa.so in a line of pam.d. A word that is not known, or
// whose value is not, makes the whole line unusable: a typing error must never
// weaken a sign-in. Pure; pam_mfa(8) describes each argument.
#pragma once

#include <chrono>
#include <span>
#include <string_view>
#include <vector>

namespace mfa::pam {

// The views point into the argv they were parsed from.
struct Arguments {
  std::string_view socket = "/run/mfa-agent/sign-in.sock";
  std::chrono::seconds timeout{50};  // for one call of the module
  std::vector<std::string_view> emergency_users;
  // Services whose account phase wants a second factor even when no
  // authentication phase ran (a public key alone in sshd).
  std::vector<std::string_view> enforce_account = {"sshd"};
  bool debug = false;
};

// sshd's LoginGraceTime is 120 s unless set: the module ends before it.
inline constexpr std::chrono::seconds kMaxTimeout{110};

struct ParsedArguments {
  Arguments arguments;
  std::vector<std::string_view> refused;  // empty: the line is right
};
ParsedArguments parse_arguments(std::span<const char* const> words);

}  // namespace mfa::pam
