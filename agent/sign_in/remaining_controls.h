// SPDX-License-Identifier: BSD-3-Clause
//
// What the policies still want after the second factor, in their order: a new
// password, terms of use. What the person agrees to becomes permanent in the
// account phase.
#pragma once

#include <asio/awaitable.hpp>
#include <optional>

#include "agent/sign_in/dialog.h"

namespace mfa {

// nullopt: nothing is left that the policies want. Otherwise how it ended.
asio::awaitable<std::optional<Ending>> meet_remaining_controls(Dialog dialog,
                                                               Case& a_case);

}  // namespace mfa
