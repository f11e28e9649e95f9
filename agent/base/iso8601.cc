// SPDX-License-Identifier: BSD-3-Clause
#include <chrono>

#include "agent/base/clock.h"

namespace mfa {
namespace {

constexpr std::size_t kMicrosecondDigits = 6;
constexpr std::size_t kMaxFractionDigits = 9;

// Takes exactly `count` digits from the front; nullopt: there are not so many.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t count) {
  unsigned value = 0;
  if (text.size() < count) return std::nullopt;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// Digits beyond the microsecond are dropped.
std::optional<unsigned> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return 0;
  const std::size_t digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == text.npos || digits > kMaxFractionDigits) {
    return std::nullopt;
  }
  std::string six(text.substr(0, digits));
  six.resize(kMicrosecondDigits, '0');
  text.remove_prefix(digits);
  std::string_view whole = six;
  return take_digits(whole, kMicrosecondDigits);
}

std::optional<std::chrono::sys_days> take_day(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(
      std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
      std::chrono::day(*day));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<std::chrono::seconds> take_time(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace

std::optional<Instant> parse_iso8601(std::string_view text) {
  const auto day = take_day(text);
  if (!day || !take(text, 'T')) return std::nullopt;
  const auto time = take_time(text);
  if (!time) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction || text != "Z") return std::nullopt;
  return Instant(*day) + *time + std::chrono::microseconds(*fraction);
}

}  // namespace mfa
