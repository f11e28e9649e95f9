// SPDX-License-Identifier: BSD-3-Clause
//
// Randomness is handed in, so that tests can repeat what they saw.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace mfa {

class Random {
 public:
  virtual ~Random() = default;
  // Fills all of `bytes` with unpredictable bytes, or ends the process: a
  // guessable seed, token or nonce must never be used (ASVS 6.5.3).
  virtual void fill(std::span<std::uint8_t> bytes) = 0;

  template <std::size_t N>
  std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> bytes;
    fill(bytes);
    return bytes;
  }
};

// getrandom(2).
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace mfa
