// SPDX-License-Identifier: BSD-3-Clause
//
// What the agent says of the central directory, as text for people. Pure: JSON
// in, text out.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "agent/base/clock.h"
#include "mfactl/json.h"

namespace mfa::mfactl {

// `now`: ages are told as of then.
std::string directory_report(const Json& status, Instant now,
                             std::size_t width);
std::string directory_user_report(const Json& reply, std::size_t width);

// What became of `directory sync`, `accept` and `forget`; one line each.
std::string sync_report(const Json& reply);
std::string accepted_report(const Json& reply);
std::string forgotten_kind_report(const Json& reply);
std::string forgotten_report(const Json& reply);

// "enabled, id 26be570a", and why where nobody is let in; "" without a
// central directory.
std::string central_text(const Json& record);

}  // namespace mfa::mfactl
