// SPDX-License-Identifier: BSD-3-Clause
//
// What the steps of one dialog share.
#pragma once

#include "agent/sign_in/case.h"
#include "agent/sign_in/desk.h"
#include "agent/sign_in/terminal.h"
#include "wire/message.h"

namespace mfa {

struct Dialog {
  Desk& desk;
  const wire::Begin& begin;
  const Caller& caller;
  Terminal& terminal;
};

// The reply held nothing to look at: ends the case accordingly.
asio::awaitable<Ending> end_without_answer(Dialog dialog, Case& a_case,
                                           Reply::Kind kind);

// Whether a reply of this kind ends the dialog; otherwise there was an answer,
// or one that is asked for again.
bool ends_dialog(Reply::Kind kind);

}  // namespace mfa
