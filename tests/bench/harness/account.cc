// SPDX-License-Identifier: BSD-3-Clause
#include "tests/bench/harness/account.h"

#include <fmt/format.h>
#include <liboath/oath.h>

#include <cstdlib>

namespace mfa::harness {

Account account(const std::string& prefix, unsigned number) {
  return {fmt::format("{}{:07}", prefix, number), kFirstUid + number};
}

std::string to_hex(const std::string& bytes) {
  std::string hex;
  for (const char byte : bytes) {
    hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  return hex;
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::string code_at(const std::string& seed_hex, std::int64_t seconds) {
  const std::string seed = from_hex(seed_hex);
  char code[7] = "";
  const int result = oath_totp_generate(seed.data(), seed.size(), seconds,
                                        OATH_TOTP_DEFAULT_TIME_STEP_SIZE,
                                        OATH_TOTP_DEFAULT_START_TIME, 6, code);
  if (result != OATH_OK) std::abort();  // only a seed that is no seed
  return code;
}

}  // namespace mfa::harness
