// SPDX-License-Identifier: BSD-3-Clause
//
// The signed statement by which an app registration with a certificate proves
// itself instead of sending a secret (RFC 7523; Entra's certificate
// credentials): PS256, named by the certificate's SHA-256. Pure.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "agent/base/result.h"

namespace mfa::connector::graph {

// Entra advises 5 to 10 minutes; for clocks that differ, it counts from before.
inline constexpr std::chrono::minutes kAssertionLifetime{10};
inline constexpr std::chrono::minutes kAssertionLeeway{5};

struct AssertionClaims {
  std::string_view audience;  // the token endpoint
  std::string_view client_id;
  std::string id;  // never twice the same
  Instant now;
};

// `certificate` and `key`: PEM; an RSA key without a passphrase. Errors name
// no part of the key.
Result<std::string> sign_assertion(const AssertionClaims& claims,
                                   std::string_view certificate,
                                   std::string_view key);

}  // namespace mfa::connector::graph
