// SPDX-License-Identifier: BSD-3-Clause
//
// An authentication method that a person has registered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/clock.h"
#include "agent/model/user_name.h"
#include "wire/secret.h"

namespace mfa {

// Values are stored: never reuse one.
enum class OtpAlgorithm : std::uint8_t { sha1 = 1, sha256 = 2, sha512 = 3 };

std::string_view to_string(OtpAlgorithm algorithm);  // "SHA1", as in otpauth
std::optional<OtpAlgorithm> parse_otp_algorithm(std::string_view name);

// RFC 6238 parameters. Defaults are what every authenticator app reads.
struct TotpParameters {
  OtpAlgorithm algorithm = OtpAlgorithm::sha1;
  unsigned digits = 6;   // 6 to 8
  unsigned period = 30;  // seconds: 30 or 60
};

// Values are stored: never reuse one.
enum class MethodState : std::uint8_t {
  pending = 1,  // made, not yet proved by a code; counts for nothing
  active = 2,
  disabled = 3,  // too many failures; an administrator must bind it anew
};

std::string_view to_string(MethodState state);

// One method, without its secret.
struct Method {
  std::string id;  // 32 hex digits
  UserName person;
  std::string label;  // "Phone": what the person calls it
  TotpParameters totp;
  MethodState state = MethodState::pending;
  Instant created;
  std::optional<Instant> last_used;
  // The newest time step that was accepted; it and all before it are spent.
  std::int64_t last_accepted_step = -1;
  unsigned failures = 0;             // consecutive, from familiar sources
  unsigned failures_unfamiliar = 0;  // from sources that never succeeded
};

}  // namespace mfa
