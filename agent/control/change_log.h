// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

#include "agent/control/operation.h"

namespace mfa::control {

// One audit line for what an administrator changed: who, what, on whom.
// `more`: further key=value pairs, already escaped.
void log_change(const Call& call, std::string_view change,
                std::string_view user, std::string_view more = {});

}  // namespace mfa::control
