// SPDX-License-Identifier: BSD-3-Clause
//
// The auth phase: the dialog with a person, from "who is it?" to the verdict.
#pragma once

#include <asio/awaitable.hpp>

#include "agent/sign_in/case.h"
#include "agent/sign_in/terminal.h"

namespace mfa {

// Prompts in one PAM call. sshd, sudo and screen lockers call again by
// themselves and count with their own limits (MaxAuthTries, passwd_tries).
inline constexpr int kPrompts = 1;
inline constexpr int kPromptsOnConsole = 3;

// `begin` and everything in `desk` outlive the coroutine.
asio::awaitable<Ending> authenticate(Desk& desk, const wire::Begin& begin,
                                     const Caller& caller, Terminal& terminal);

}  // namespace mfa
