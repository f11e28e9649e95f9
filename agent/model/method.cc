// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/method.h"

namespace mfa {

std::string_view to_string(OtpAlgorithm algorithm) {
  switch (algorithm) {
    case OtpAlgorithm::sha1:
      return "SHA1";
    case OtpAlgorithm::sha256:
      return "SHA256";
    case OtpAlgorithm::sha512:
      return "SHA512";
  }
  return "unknown";
}

std::optional<OtpAlgorithm> parse_otp_algorithm(std::string_view name) {
  std::string plain;  // "SHA-256" and "sha256" are the same
  for (const char c : name) {
    if (c == '-') continue;
    plain += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  for (const auto algorithm :
       {OtpAlgorithm::sha1, OtpAlgorithm::sha256, OtpAlgorithm::sha512}) {
    if (plain == to_string(algorithm)) return algorithm;
  }
  return std::nullopt;
}

std::string_view to_string(MethodState state) {
  switch (state) {
    case MethodState::pending:
      return "pending";
    case MethodState::active:
      return "active";
    case MethodState::disabled:
      return "disabled";
  }
  return "unknown";
}

}  // namespace mfa
