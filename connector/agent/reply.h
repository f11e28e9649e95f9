// SPDX-License-Identifier: BSD-3-Clause
//
// Reading what the agent answered. It may be of another version, so a member
// that is missing or of another type reads as absent. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "varlink/client.h"

namespace mfa::connector {

std::optional<std::string> optional_text(const varlink::Json& json,
                                         const char* name);
std::string text_of(const varlink::Json& json, const char* name);
std::optional<std::uint64_t> number_of(const varlink::Json& json,
                                       const char* name);
bool flag_of(const varlink::Json& json, const char* name);

}  // namespace mfa::connector
