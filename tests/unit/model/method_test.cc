// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/method.h"

#include "tests/check.h"

namespace mfa {
namespace {

using namespace std::string_view_literals;

TEST("an algorithm is written as otpauth writes it and read back") {
  const std::pair<OtpAlgorithm, const char*> names[] = {
      {OtpAlgorithm::sha1, "SHA1"},
      {OtpAlgorithm::sha256, "SHA256"},
      {OtpAlgorithm::sha512, "SHA512"}};
  for (const auto& [algorithm, name] : names) {
    assert_true(to_string(algorithm) == name);
    assert_true(parse_otp_algorithm(name) == algorithm);
  }
}

TEST("an algorithm is read in small letters and with its hyphen") {
  assert_true(parse_otp_algorithm("sha1") == OtpAlgorithm::sha1);
  assert_true(parse_otp_algorithm("sha-256") == OtpAlgorithm::sha256);
  assert_true(parse_otp_algorithm("SHA-512") == OtpAlgorithm::sha512);
}

TEST("an algorithm that is not offered is none") {
  for (const auto name : {""sv, "SHA"sv, "SHA2"sv, "MD5"sv, "SHA384"sv,
                          "SHA3-256"sv, "SHA2560"sv, " SHA1"sv, "SHA1\0"sv}) {
    assert_false(parse_otp_algorithm(name).has_value());
  }
}

TEST("what is stored as a number that means nothing is called unknown") {
  assert_true(to_string(static_cast<OtpAlgorithm>(0)) == "unknown");
  assert_true(to_string(static_cast<MethodState>(0)) == "unknown");
}

TEST("a new method counts for nothing until a code has proved it") {
  assert_true(to_string(MethodState::pending) == "pending");
  assert_true(to_string(MethodState::active) == "active");
  assert_true(to_string(MethodState::disabled) == "disabled");
  assert_int_equal(static_cast<int>(MethodState::active), 2);
}

}  // namespace
}  // namespace mfa
