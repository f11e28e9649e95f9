// SPDX-License-Identifier: BSD-3-Clause
//
// JSON from outside, read so that two readers cannot understand it
// differently: no member twice, no half surrogate, no NUL, no number that is
// none, nothing after the end. Pure.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>

#include "agent/base/result.h"

namespace mfa::connector::graph {

using Json = nlohmann::json;

// The deepest answer of Graph's, a policy, has eight levels.
inline constexpr std::size_t kMaxJsonDepth = 32;
// A page of 999 users has 8,000 values; a page of a group's changes more.
// Bounds the memory of a page, where a value of two bytes becomes 40.
inline constexpr std::size_t kMaxJsonValues = 1'000'000;
// The longest text, a link with its token, has a few thousand.
inline constexpr std::size_t kMaxJsonStringBytes = 64 << 10;

Result<Json> parse_json(std::string_view text);

}  // namespace mfa::connector::graph
