// SPDX-License-Identifier: BSD-3-Clause
#include "agent/methods/totp.h"

#include <fmt/format.h>
#include <liboath/oath.h>

#include <array>
#include <chrono>
#include <cstdlib>

#include "agent/methods/uri.h"

namespace mfa {
namespace {

// How far from now a code is recognised, to be named in the log; it is never
// accepted there. 20 steps are 10 minutes of a clock that is off.
constexpr std::int64_t kSkewSteps = 20;
// A code older than that is no replay worth telling from a wrong code.
constexpr std::int64_t kReplaySteps = 10;

constexpr std::size_t kMinDigits = 6;
constexpr std::size_t kMaxDigits = 8;

int oath_flags(OtpAlgorithm algorithm) {
  switch (algorithm) {
    case OtpAlgorithm::sha1:
      return 0;
    case OtpAlgorithm::sha256:
      return OATH_TOTP_HMAC_SHA256;
    case OtpAlgorithm::sha512:
      return OATH_TOTP_HMAC_SHA512;
  }
  return 0;
}

// Rounds down also before 1970, where division alone would round up.
std::int64_t step_at(Instant time, unsigned period) {
  const auto seconds =
      std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  const std::int64_t step = seconds / period;
  return seconds % period < 0 ? step - 1 : step;
}

// Once for the process, before the first use (liboath's own rule).
bool liboath_is_ready() {
  static const bool ready = oath_init() == OATH_OK;
  return ready;
}

bool is_code_at(std::int64_t step, std::string_view seed,
                const TotpParameters& totp, const Secret& code) {
  std::array<char, kMaxDigits + 1> expected{};
  const int status = oath_totp_generate2(
      seed.data(), seed.size(), time_t{step * totp.period}, totp.period, 0,
      totp.digits, oath_flags(totp.algorithm), expected.data());
  const bool same =
      status == OATH_OK && code.equals({expected.data(), totp.digits});
  wipe(expected.data(), expected.size());
  return same;
}

CodeMatch classify(std::int64_t step, std::int64_t present,
                   std::int64_t spent_through, unsigned accepted_steps) {
  if (step <= spent_through) {
    return step >= present - kReplaySteps ? CodeMatch::spent : CodeMatch::wrong;
  }
  const bool in_window = step <= present && step > present - accepted_steps;
  return in_window ? CodeMatch::right : CodeMatch::skewed;
}

// Six digits can fit two of the steps by chance; the better reading counts.
bool is_better(CodeMatch left, CodeMatch right) {
  const auto rank = [](CodeMatch match) {
    switch (match) {
      case CodeMatch::right:
        return 3;
      case CodeMatch::spent:
        return 2;
      case CodeMatch::skewed:
        return 1;
      case CodeMatch::wrong:
        return 0;
    }
    return 0;
  };
  return rank(left) > rank(right);
}

bool is_supported(const TotpParameters& totp) {
  return totp.digits >= kMinDigits && totp.digits <= kMaxDigits &&
         (totp.period == 30 || totp.period == 60);
}

}  // namespace

// Every candidate is computed and compared, whatever matched before, so that
// the time taken does not tell a right code from a wrong one.
TotpCheck check_totp(std::string_view seed, const TotpParameters& totp,
                     std::string_view code, Instant now,
                     std::int64_t spent_through, unsigned accepted_steps) {
  TotpCheck best;
  if (!liboath_is_ready() || seed.empty() || !is_supported(totp)) return best;
  const Secret given(code);
  const std::int64_t present = step_at(now, totp.period);
  for (std::int64_t step = present - kSkewSteps; step <= present + kSkewSteps;
       ++step) {
    if (step < 0 || !is_code_at(step, seed, totp, given)) continue;
    const CodeMatch match =
        classify(step, present, spent_through, accepted_steps);
    if (!is_better(match, best.match)) continue;
    best = {match, step, (step - present) * totp.period};
  }
  return best;
}

std::optional<Secret> digits_of(std::string_view answer) {
  std::array<char, kMaxDigits> digits{};
  std::size_t count = 0;
  bool is_code = true;
  for (const char c : answer) {
    if (c == ' ' || c == '-') continue;
    if (c < '0' || c > '9' || count == digits.size()) {
      is_code = false;
      break;
    }
    digits[count++] = c;
  }
  std::optional<Secret> code;
  if (is_code && count >= kMinDigits) {
    code.emplace(std::string_view(digits.data(), count));
  }
  wipe(digits.data(), digits.size());
  return code;
}

Secret seed_as_text(std::string_view seed) {
  char* encoded = nullptr;
  std::size_t size = 0;
  if (oath_base32_encode(seed.data(), seed.size(), &encoded, &size) !=
      OATH_OK) {
    return Secret();
  }
  std::string_view text(encoded, size);
  while (text.ends_with('=')) text.remove_suffix(1);
  Secret result(text);
  wipe(encoded, size);
  std::free(encoded);
  return result;
}

Secret otpauth_uri(std::string_view issuer, std::string_view account,
                   std::string_view seed, const TotpParameters& totp) {
  const Secret text = seed_as_text(seed);
  const std::string issuer_in_uri = percent_encoded(issuer);
  std::string label = percent_encoded(account);
  if (!issuer.empty()) label = issuer_in_uri + ':' + label;
  // Formatted in place: no copy of the seed stays behind in freed memory.
  fmt::memory_buffer uri;
  fmt::format_to(std::back_inserter(uri),
                 "otpauth://totp/{}?issuer={}&algorithm={}&digits={}&period={}"
                 "&secret=",
                 label, issuer_in_uri, to_string(totp.algorithm), totp.digits,
                 totp.period);
  uri.reserve(uri.size() + text.size());
  uri.append(text.reveal());
  Secret result(std::string_view(uri.data(), uri.size()));
  wipe(uri.data(), uri.size());
  return result;
}

}  // namespace mfa
