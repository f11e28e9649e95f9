// SPDX-License-Identifier: BSD-3-Clause
//
// What somebody may have meant who made a typing mistake. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mfa {

// The word of `known` that is fewest keystrokes away from `typed`, unless it
// is so far away that the advice would mislead.
std::optional<std::string_view> nearest(
    std::string_view typed, std::span<const std::string_view> known);

// For an error, after a semicolon: `did you mean "x"?`, or all of `known`.
std::string advice(std::string_view typed,
                   std::span<const std::string_view> known);

// `unknown key "x" in ROOM; ` and what to write instead.
std::string unknown_key(std::string_view key,
                        std::span<const std::string_view> known,
                        std::string_view room);

}  // namespace mfa
