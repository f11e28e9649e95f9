// SPDX-License-Identifier: BSD-3-Clause
#include "agent/base/sha256.h"

#include <sodium.h>

namespace mfa {

// Works without sodium_init(): it needs no randomness and chooses no
// implementation by the processor.
std::array<std::uint8_t, 32> sha256(std::span<const std::uint8_t> bytes) {
  static_assert(crypto_hash_sha256_BYTES == 32);
  std::array<std::uint8_t, 32> digest{};
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return digest;
}

}  // namespace mfa
