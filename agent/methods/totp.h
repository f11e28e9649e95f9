// SPDX-License-Identifier: BSD-3-Clause
//
// Time-based one-time passwords, RFC 6238, through liboath. Pure: the time
// and the newest spent step are handed in; who remembers them is the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/clock.h"
#include "agent/model/method.h"
#include "wire/secret.h"

namespace mfa {

inline constexpr std::size_t kSeedBytes = 20;  // 160 bits, RFC 4226 R6

enum class CodeMatch {
  right,
  wrong,
  spent,   // right for an accepted step, or for one before it
  skewed,  // right for a time that is not now: tell the administrator
};

struct TotpCheck {
  CodeMatch match = CodeMatch::wrong;
  std::int64_t step = -1;        // which step the code belongs to
  std::int64_t off_seconds = 0;  // with `skewed`: code's time minus ours
};

// `code`: digits only (see digits_of). `spent_through`: no step up to and
// including this one is accepted, -1 for none. `accepted_steps`: 1 is the
// present step alone, 2 also the one before it.
TotpCheck check_totp(std::string_view seed, const TotpParameters& totp,
                     std::string_view code, Instant now,
                     std::int64_t spent_through, unsigned accepted_steps);

// "123 456" and "123-456" are the code 123456; anything but digits, spaces
// and hyphens, or another number of digits than 6 to 8, is no code.
std::optional<Secret> digits_of(std::string_view answer);

// otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=...: what the QR code says.
Secret otpauth_uri(std::string_view issuer, std::string_view account,
                   std::string_view seed, const TotpParameters& totp);

// Seed in base32 without padding, for people who cannot scan.
Secret seed_as_text(std::string_view seed);

}  // namespace mfa
