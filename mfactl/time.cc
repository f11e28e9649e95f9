// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/time.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <charconv>

namespace mfa::mfactl {
namespace {

using std::chrono::seconds;

// Longer ago than any log reaches; keeps the arithmetic in range.
constexpr std::int64_t kMaxCount = 100000;

std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  int value = 0;
  if (text.size() < digits) return std::nullopt;
  const char* end = text.data() + digits;
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end || value < 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text[0]) == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

// One of a date's or time's numbers, with the character that precedes it.
bool take_part(std::string_view& text, std::string_view before, int min,
               int max, int& out) {
  if (!before.empty() && !take(text, before)) return false;
  const auto value = take_number(text, 2);
  if (!value || *value < min || *value > max) return false;
  out = *value;
  return true;
}

std::optional<tm> take_date(std::string_view& text) {
  tm date{};
  const auto year = take_number(text, 4);
  if (!year || *year < 1970) return std::nullopt;
  if (!take_part(text, "-", 1, 12, date.tm_mon)) return std::nullopt;
  if (!take_part(text, "-", 1, 31, date.tm_mday)) return std::nullopt;
  date.tm_year = *year - 1900;
  date.tm_mon -= 1;
  date.tm_isdst = -1;
  return date;
}

bool take_time(std::string_view& text, tm& date) {
  if (!take_part(text, "T ", 0, 23, date.tm_hour)) return false;
  if (!take_part(text, ":", 0, 59, date.tm_min)) return false;
  if (!text.starts_with(':')) return true;
  if (!take_part(text, ":", 0, 60, date.tm_sec)) return false;
  if (!take(text, ".")) return true;
  const std::size_t before = text.size();
  while (take(text, "0123456789")) {
  }
  return text.size() < before;
}

// The seconds east of UTC.
std::optional<seconds> take_zone(std::string_view& text) {
  if (take(text, "Z")) return seconds(0);
  const bool west = text.starts_with('-');
  int hours = 0;
  int minutes = 0;
  if (!take_part(text, "+-", 0, 23, hours)) return std::nullopt;
  if (!take_part(text, ":", 0, 59, minutes)) return std::nullopt;
  const seconds offset =
      std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return west ? -offset : offset;
}

// timegm and mktime make March of the 31st of February.
bool is_day(const tm& given) {
  tm date = given;
  date.tm_hour = 12;
  timegm(&date);
  return date.tm_mday == given.tm_mday && date.tm_mon == given.tm_mon;
}

std::optional<Instant> parse_date(std::string_view text) {
  auto date = take_date(text);
  if (!date || !is_day(*date)) return std::nullopt;
  if (!text.empty() && !take_time(text, *date)) return std::nullopt;
  if (text.empty()) return Instant(seconds(mktime(&*date)));
  const auto offset = take_zone(text);
  if (!offset || !text.empty()) return std::nullopt;
  return Instant(seconds(timegm(&*date)) - *offset);
}

std::optional<seconds> unit_of(char c) {
  switch (c) {
    case 's':
      return seconds(1);
    case 'm':
      return std::chrono::minutes(1);
    case 'h':
      return std::chrono::hours(1);
    case 'd':
      return std::chrono::days(1);
    case 'w':
      return std::chrono::weeks(1);
    default:
      return std::nullopt;
  }
}

std::optional<seconds> parse_age(std::string_view text) {
  const auto unit = unit_of(text.back());
  text.remove_suffix(1);
  std::int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, count);
  if (!unit || failure != std::errc{} || stop != end) return std::nullopt;
  if (count < 0 || count > kMaxCount) return std::nullopt;
  return count * *unit;
}

}  // namespace

std::optional<Instant> parse_since(std::string_view text, Instant now) {
  if (text.empty()) return std::nullopt;
  if (const auto age = parse_age(text)) return now - *age;
  return parse_date(text);
}

std::string local_time(const std::string& iso8601) {
  const auto instant = parse_date(iso8601);
  if (!instant) return iso8601;
  const time_t seconds_since_1970 =
      std::chrono::duration_cast<seconds>(instant->time_since_epoch()).count();
  tm local{};
  localtime_r(&seconds_since_1970, &local);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
                     local.tm_year + 1900, local.tm_mon + 1, local.tm_mday,
                     local.tm_hour, local.tm_min, local.tm_sec);
}

std::string duration(seconds length) {
  struct Unit {
    std::int64_t size;
    const char* name;
  };
  constexpr Unit kUnits[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
  const std::int64_t left = std::max<std::int64_t>(length.count(), 0);
  std::size_t i = 0;
  while (kUnits[i].size > 1 && left < kUnits[i].size) ++i;
  const std::string largest =
      fmt::format("{} {}", left / kUnits[i].size, kUnits[i].name);
  if (kUnits[i].size == 1) return largest;
  const Unit& next = kUnits[i + 1];
  const std::int64_t rest = left % kUnits[i].size / next.size;
  return rest == 0 ? largest : largest + fmt::format(" {} {}", rest, next.name);
}

}  // namespace mfa::mfactl
