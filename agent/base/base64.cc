// SPDX-License-Identifier: BSD-3-Clause
#include "agent/base/base64.h"

#include <sodium.h>

namespace mfa {

std::optional<std::vector<std::uint8_t>> decode_base64(std::string_view text) {
  // One more: libsodium wants room even for nothing.
  std::vector<std::uint8_t> bytes(text.size() / 4 * 3 + 1);
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(),
                        nullptr, &size, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

std::string encode_base64_unpadded(std::span<const std::uint8_t> bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    kVariant);
  text.pop_back();  // the NUL that libsodium writes
  return text;
}

}  // namespace mfa
