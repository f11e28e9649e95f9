// SPDX-License-Identifier: BSD-3-Clause
//
// People made up for a measurement or a fault test.
#pragma once

#include <cstdint>
#include <string>

namespace mfa::harness {

// An account that the private /etc/passwd knows.
struct Account {
  std::string name;
  std::uint32_t uid = 0;
};

// Beside no account of the host: neither human, system nor dynamic users.
inline constexpr std::uint32_t kFirstUid = 200000;
inline constexpr std::uint32_t kGid = 200000;

// "bench00017": `number` below 10 million.
Account account(const std::string& prefix, unsigned number);

// A seed is 20 random bytes in lower-case hex, as pam_oath's file has it.
struct Enrolled {
  std::string name;
  std::string seed_hex;
};

std::string to_hex(const std::string& bytes);
std::string from_hex(const std::string& hex);

// The code of that seed (SHA-1, 6 digits, 30 s) at a time in seconds.
std::string code_at(const std::string& seed_hex, std::int64_t seconds);

}  // namespace mfa::harness
