// SPDX-License-Identifier: BSD-3-Clause
//
// Reading what the agent answered. It may be of another version, so a member
// that is missing or of another type reads as empty and is never trusted to
// be there.
//
// What anybody else wrote is read with parse_strictly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"

namespace mfa::mfactl {

using Json = nlohmann::ordered_json;

// Deeper than anything we read; what prints JSON calls itself once a level.
inline constexpr int kMaxJsonDepth = 32;
// Of one object. A device has 31 attributes.
inline constexpr std::size_t kMaxJsonMembers = 256;

// One JSON value and nothing else. A member that is given twice is an error:
// readers do not agree which of the two counts.
Result<Json> parse_strictly(std::string_view text);

// `path`: "/status/errorCode". A null value when there is no such member.
const Json& member(const Json& json, const char* path);

std::string text(const Json& json, const char* path);
std::int64_t number(const Json& json, const char* path);
bool flag(const Json& json, const char* path);
bool is_null(const Json& json, const char* path);
// The texts of an array, joined: "a, b".
std::string joined(const Json& json, const char* path);

// For --json: indented or on one line, always valid UTF-8.
std::string document(const Json& json);
std::string line(const Json& json);

}  // namespace mfa::mfactl
