// SPDX-License-Identifier: BSD-3-Clause
//
// The account phase. After our own auth phase it makes permanent what that
// phase approved. Without one (sshd let somebody in by public key alone) it
// evaluates the policies with what it has, and cannot ask.
//
// Where the policies ask for a new password, the account phase says so instead
// of confirming, and the password phase confirms.
#pragma once

#include <asio/awaitable.hpp>

#include "agent/sign_in/case.h"

namespace mfa {

asio::awaitable<Ending> confirm_account(Desk& desk, const wire::Begin& begin,
                                        const Caller& caller);

}  // namespace mfa
