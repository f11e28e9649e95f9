// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/account_state.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace mfa::connector::ldap {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr std::int64_t kAccountDisabled = 0x2;  // UF_ACCOUNTDISABLE
constexpr std::string_view kLockedByAdministrator = "000001010000Z";
constexpr seconds kFileTimeEpoch{11'644'473'600};  // 1601 to 1970

bool control_says_disabled(std::string_view value, Instant) {
  const auto bits = parse_number(value);
  return !bits || (*bits & kAccountDisabled) != 0;
}

bool file_time_is_over(std::string_view value, Instant now) {
  const auto expires = parse_number(value);
  if (!expires) return true;
  const bool never =
      *expires == 0 || *expires == std::numeric_limits<std::int64_t>::max();
  return !never && *expires <= to_file_time(now);
}

bool locked_by_administrator(std::string_view value, Instant) {
  return value == kLockedByAdministrator;
}

bool day_is_over(std::string_view value, Instant now) {
  const auto day = parse_number(value);
  if (!day) return true;
  const auto today = std::chrono::floor<std::chrono::days>(now);
  return *day >= 0 && *day <= today.time_since_epoch().count();  // -1: never
}

bool time_is_over(std::string_view value, Instant now) {
  const auto end = parse_generalized_time(value);
  return !end || *end <= now;
}

bool is_not_false(std::string_view value, Instant) {
  return !same_name(value, "FALSE") && value != "0";
}

struct Rule {
  std::string_view attribute;
  bool (*disables)(std::string_view value, Instant now);
};

constexpr Rule kRules[] = {
    {"userAccountControl", control_says_disabled},
    {"accountExpires", file_time_is_over},
    {"pwdAccountLockedTime", locked_by_administrator},
    {"shadowExpire", day_is_over},
    {"pwdEndTime", time_is_over},
    {"krbPrincipalExpiration", time_is_over},
};

auto rule_of(std::string_view attribute) {
  for (const Rule& rule : kRules) {
    if (same_name(rule.attribute, attribute)) return rule.disables;
  }
  return is_not_false;
}

std::optional<int> digits(std::string_view text, std::size_t from,
                          std::size_t count) {
  int value = 0;
  for (const char c : text.substr(from, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// What is behind the minutes: "", "SS", each perhaps with a fraction.
std::optional<int> seconds_of(std::string_view rest) {
  const auto point = std::min(rest.find_first_of(".,"), rest.size());
  const auto fraction = rest.substr(std::min(point + 1, rest.size()));
  const bool has_fraction = point != rest.size();
  if (has_fraction &&
      (fraction.empty() ||
       fraction.find_first_not_of("0123456789") != fraction.npos)) {
    return std::nullopt;
  }
  rest = rest.substr(0, point);
  if (rest.empty() && !has_fraction) return 0;
  return rest.size() == 2 ? digits(rest, 0, 2) : std::nullopt;
}

}  // namespace

bool is_disabled(const Entry& entry, const Names& attributes, Instant now) {
  return std::ranges::any_of(attributes, [&](const std::string& attribute) {
    const Values* values = entry.find(attribute);
    const auto disables = rule_of(attribute);
    return values && std::ranges::any_of(*values, [&](std::string_view value) {
             return disables(value, now);
           });
  });
}

std::optional<Instant> parse_generalized_time(std::string_view text) {
  constexpr std::size_t kToMinutes = 12;
  if (text.size() <= kToMinutes || !text.ends_with('Z')) return std::nullopt;
  const auto year = digits(text, 0, 4), month = digits(text, 4, 2),
             day = digits(text, 6, 2), hour = digits(text, 8, 2),
             minute = digits(text, 10, 2);
  const auto second =
      seconds_of(text.substr(kToMinutes, text.size() - kToMinutes - 1));
  if (!year || !month || !day || !hour || !minute || !second) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{
      std::chrono::year(*year),
      std::chrono::month(static_cast<unsigned>(*month)),
      std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return Instant(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
         std::chrono::minutes(*minute) + seconds(*second);
}

std::string to_generalized_time(Instant instant) {
  const auto whole = std::chrono::floor<seconds>(instant);
  const time_t time = whole.time_since_epoch().count();
  tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                     utc.tm_sec);
}

std::int64_t to_file_time(Instant instant) {
  return (instant.time_since_epoch() + microseconds(kFileTimeEpoch)).count() *
         10;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return value;
}

}  // namespace mfa::connector::ldap
