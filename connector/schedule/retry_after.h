// SPDX-License-Identifier: BSD-3-Clause
//
// Time in HTTP: the header by which a server asks to be left alone for a while,
// and the form of dates. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "agent/base/clock.h"

namespace mfa::connector {

// A server's mistake must neither make us hammer it nor keep us away.
inline constexpr std::chrono::seconds kMinRetryAfter{1};
inline constexpr std::chrono::seconds kMaxRetryAfter{15 * 60};

// Of "120" or "Wed, 21 Oct 2026 07:28:00 GMT", within the two limits. nullopt:
// neither, so that our own pause applies.
std::optional<std::chrono::seconds> retry_after(std::string_view header,
                                                Instant now);

// "Wed, 21 Oct 2026 07:28:00 GMT", RFC 9110's one form that may still be sent.
std::optional<Instant> parse_http_date(std::string_view text);

}  // namespace mfa::connector
