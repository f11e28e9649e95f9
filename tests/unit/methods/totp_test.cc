// SPDX-License-Identifier: BSD-3-Clause
#include "agent/methods/totp.h"

#include <array>
#include <string>

#include "tests/check.h"

namespace mfa {
namespace {

using std::chrono::seconds;

constexpr std::string_view kSeed = "12345678901234567890";
constexpr std::string_view kSeed256 = "12345678901234567890123456789012";
constexpr std::string_view kSeed512 =
    "1234567890123456789012345678901234567890123456789012345678901234";

Instant at(std::int64_t unix_time) { return Instant(seconds(unix_time)); }

// RFC 4226 Appendix D: the codes of counters 0 to 9.
constexpr std::array<std::string_view, 10> kHotp = {
    "755224", "287082", "359152", "969429", "338314",
    "254676", "287922", "162583", "399871", "520489"};

CodeMatch match(std::string_view code, std::int64_t unix_time,
                std::int64_t spent_through = -1, unsigned steps = 2) {
  return check_totp(kSeed, {}, code, at(unix_time), spent_through, steps).match;
}

TEST("RFC 4226 Appendix D: all ten codes, each at its own counter") {
  for (std::size_t counter = 0; counter < kHotp.size(); ++counter) {
    const auto check =
        check_totp(kSeed, {}, kHotp[counter],
                   at(static_cast<std::int64_t>(counter) * 30), -1, 1);
    assert_true(check.match == CodeMatch::right);
    assert_int_equal(check.step, counter);
  }
}

TEST("RFC 6238 Appendix B: SHA-1, SHA-256 and SHA-512, eight digits") {
  struct Vector {
    std::int64_t time;
    std::string_view sha1, sha256, sha512;
  };
  constexpr Vector kVectors[] = {
      {59, "94287082", "46119246", "90693936"},
      {1111111109, "07081804", "68084774", "25091201"},
      {1111111111, "14050471", "67062674", "99943326"},
      {1234567890, "89005924", "91819424", "93441116"},
      {2000000000, "69279037", "90698825", "38618901"},
      {20000000000, "65353130", "77737706", "47863826"},
  };
  for (const auto& vector : kVectors) {
    const auto check = [&](std::string_view seed, OtpAlgorithm algorithm,
                           std::string_view code) {
      const auto result =
          check_totp(seed, {algorithm, 8, 30}, code, at(vector.time), -1, 1);
      assert_true(result.match == CodeMatch::right);
      assert_int_equal(result.step, vector.time / 30);
    };
    check(kSeed, OtpAlgorithm::sha1, vector.sha1);
    check(kSeed256, OtpAlgorithm::sha256, vector.sha256);
    check(kSeed512, OtpAlgorithm::sha512, vector.sha512);
  }
}

// Codes made with Python's hmac. 128849018880 is the first second whose step
// needs more than 32 bits.
TEST("hostile input 102: 2038, 2106 and later are seconds like any other") {
  struct Vector {
    std::int64_t time;
    std::string_view code;
  };
  constexpr Vector kVectors[] = {
      {2147483647LL, "703886"},   {2147483648LL, "703886"},
      {4294967295LL, "791428"},   {4294967296LL, "791428"},
      {128849018880LL, "999456"}, {253402300799LL, "099568"},
  };
  for (const auto& vector : kVectors) {
    const auto check =
        check_totp(kSeed, {}, vector.code, at(vector.time), -1, 1);
    assert_true(check.match == CodeMatch::right);
    assert_true(check.step == vector.time / 30);
  }
}

TEST("hostile input 9: leading zeros are part of the code") {
  assert_true(check_totp(kSeed, {OtpAlgorithm::sha1, 8, 30}, "07081804",
                         at(1111111109), -1, 1)
                  .match == CodeMatch::right);
  assert_true(check_totp(kSeed, {OtpAlgorithm::sha1, 8, 30}, "7081804",
                         at(1111111109), -1, 1)
                  .match == CodeMatch::wrong);
}

TEST("hostile input 10: another number of digits than the method's is wrong") {
  assert_true(match("94287082", 59) == CodeMatch::wrong);
  assert_true(match("287082", 59) == CodeMatch::right);
  assert_true(match("28708", 59) == CodeMatch::wrong);
  assert_true(match("", 59) == CodeMatch::wrong);
}

TEST("the present step and the one before are accepted, never the next") {
  assert_true(match(kHotp[4], 4 * 30) == CodeMatch::right);
  assert_true(match(kHotp[3], 4 * 30) == CodeMatch::right);
  assert_true(match(kHotp[2], 4 * 30) == CodeMatch::skewed);
  assert_true(match(kHotp[5], 4 * 30) == CodeMatch::skewed);
  assert_true(match(kHotp[3], 4 * 30, -1, 1) == CodeMatch::skewed);
}

TEST("a skewed code says by how much, before or ahead") {
  const auto late = check_totp(kSeed, {}, kHotp[1], at(5 * 30), -1, 2);
  assert_int_equal(late.off_seconds, -120);
  const auto early = check_totp(kSeed, {}, kHotp[7], at(5 * 30), -1, 2);
  assert_int_equal(early.off_seconds, 60);
}

TEST("a code more than 20 steps off is merely wrong") {
  assert_true(match(kHotp[0], 20 * 30) == CodeMatch::skewed);
  assert_true(match(kHotp[0], 21 * 30) == CodeMatch::wrong);
}

TEST("a step up to the newest accepted one is spent") {
  assert_true(match(kHotp[4], 4 * 30, 4) == CodeMatch::spent);
  assert_true(match(kHotp[3], 4 * 30, 4) == CodeMatch::spent);
  assert_true(match(kHotp[4], 4 * 30, 3) == CodeMatch::right);
  assert_true(match(kHotp[3], 4 * 30, 3) == CodeMatch::spent);
}

TEST("a step that was accepted before the clock went back stays spent") {
  assert_true(match(kHotp[9], 5 * 30, 9) == CodeMatch::spent);
  assert_true(match(kHotp[5], 5 * 30, 9) == CodeMatch::spent);
}

TEST("a spent code of more than ten steps ago is merely wrong") {
  assert_true(match(kHotp[0], 10 * 30, 9) == CodeMatch::spent);
  assert_true(match(kHotp[0], 11 * 30, 9) == CodeMatch::wrong);
}

TEST("hostile input 102: a clock in 1970 or before accepts nothing odd") {
  assert_true(match(kHotp[0], 0) == CodeMatch::right);
  assert_true(match(kHotp[0], -1) != CodeMatch::right);
  assert_true(match(kHotp[0], -3600) == CodeMatch::wrong);
}

TEST("an empty seed and unheard-of parameters never match") {
  assert_true(check_totp("", {}, "328482", at(0), -1, 2).match ==
              CodeMatch::wrong);
  for (const TotpParameters totp :
       {TotpParameters{OtpAlgorithm::sha1, 5, 30},
        TotpParameters{OtpAlgorithm::sha1, 9, 30},
        TotpParameters{OtpAlgorithm::sha1, 6, 0},
        TotpParameters{OtpAlgorithm::sha1, 6, 31}}) {
    assert_true(check_totp(kSeed, totp, "755224", at(0), -1, 2).match ==
                CodeMatch::wrong);
  }
}

TEST("hostile input 7: spaces and hyphens in an answer are no part of it") {
  for (const std::string_view answer :
       {" 123 456 ", "123-456", "123456", "1 2-3 4-5 6", "--123456--"}) {
    const auto code = digits_of(answer);
    assert_true(code && code->equals("123456"));
  }
  assert_true(digits_of("12345678")->equals("12345678"));
}

TEST("hostile inputs 3, 6, 8: what is no code is not taken for one") {
  for (const std::string_view answer :
       {"", " ", "12345", "123456789", "+12345", "0x1E24", "1e5000", "-12345",
        "12345a", "123456\n", "123.456", "１２３４５６", "٠١٢٣٤٥",
        "\b\n\r\177INCORRECT"}) {
    assert_false(digits_of(answer).has_value());
  }
  assert_false(digits_of(std::string_view("123456\0", 7)).has_value());
  assert_false(digits_of(std::string(1 << 20, '1')).has_value());
}

TEST("a seed as text is base32 without padding") {
  assert_true(seed_as_text(kSeed).equals("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
  assert_true(seed_as_text("foob").equals("MZXW6YQ"));
}

TEST("an otpauth URI holds the seed and every parameter, names encoded") {
  const Secret uri = otpauth_uri("Example & Co/1", "al?ice@h\xc3\xb6st", kSeed,
                                 {OtpAlgorithm::sha256, 8, 60});
  assert_string_equal(
      std::string(uri.reveal()).c_str(),
      "otpauth://totp/Example%20%26%20Co%2F1:al%3Fice%40h%C3%B6st"
      "?issuer=Example%20%26%20Co%2F1&algorithm=SHA256&digits=8&period=60"
      "&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

}  // namespace
}  // namespace mfa
