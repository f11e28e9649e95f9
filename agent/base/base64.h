// SPDX-License-Identifier: BSD-3-Clause
//
// Base64 (RFC 4648, section 4) in the two forms that OpenSSH writes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mfa {

// Keys: with padding. nullopt: not base64, or not in its only right form, so
// that one value has one writing.
std::optional<std::vector<std::uint8_t>> decode_base64(std::string_view text);

// Fingerprints: without padding.
std::string encode_base64_unpadded(std::span<const std::uint8_t> bytes);

}  // namespace mfa
