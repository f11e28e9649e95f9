// SPDX-License-Identifier: BSD-3-Clause
//
// Spans of time in the configuration, and ages made of them.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/config/readers.h"

namespace mfa {
namespace {

using std::chrono::seconds;
using yaml::error_at;
using yaml::Node;

constexpr std::size_t kMaxDurationBytes = 16;
constexpr std::string_view kAgeKeys[] = {"soft", "hard"};

struct Unit {
  char letter;
  seconds length;
};
constexpr Unit kUnits[] = {{'d', std::chrono::days(1)},
                           {'h', std::chrono::hours(1)},
                           {'m', std::chrono::minutes(1)},
                           {'s', seconds(1)}};

// "24h" as a person would write it: in the largest unit that divides it.
std::string in_words(seconds duration) {
  for (const Unit& unit : kUnits) {
    if (duration % unit.length != seconds(0)) continue;
    return fmt::format("{}{}", duration / unit.length, unit.letter);
  }
  return {};
}

// nullopt: no number with a unit, or beyond `longest`.
std::optional<seconds> parse_duration(std::string_view text, seconds longest) {
  const auto unit =
      std::find_if(std::begin(kUnits), std::end(kUnits),
                   [&](const Unit& u) { return text.ends_with(u.letter); });
  if (unit == std::end(kUnits)) return std::nullopt;
  text.remove_suffix(1);
  if (text.empty() || text.front() < '1' || text.front() > '9') {
    return std::nullopt;
  }
  std::int64_t count = 0;
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  if (count > longest / unit->length) return std::nullopt;
  return count * unit->length;
}

Result<> read_age_key(const yaml::Entry& entry, std::string_view name,
                      FactAge& age) {
  const std::string full = fmt::format("{}.{}", name, entry.key);
  if (entry.key == "soft") {
    return assign(age.soft, read_duration(entry.value, full, kMaxHardAge));
  }
  if (entry.key == "hard") {
    return assign(age.hard, read_duration(entry.value, full, kMaxHardAge));
  }
  return error_at(entry.place, unknown_key(entry.key, kAgeKeys, name));
}

}  // namespace

Result<seconds> read_duration(const Node& node, std::string_view name,
                              seconds longest) {
  const auto text = yaml::text(node, name, kMaxDurationBytes);
  if (!text) return tl::unexpected(text.error());
  if (const auto duration = parse_duration(*text, longest)) return *duration;
  return error_at(node.place,
                  fmt::format("{} is {}; write a time from 1s to {}, with its "
                              "unit: 90s, 15m, 24h or 7d",
                              name, quoted(*text), in_words(longest)));
}

Result<FactAge> read_age(const Node& node, std::string_view name,
                         FactAge otherwise) {
  if (auto ok = yaml::expect_map(node, name, std::size(kAgeKeys) + 1); !ok) {
    return tl::unexpected(ok.error());
  }
  FactAge age = otherwise;
  for (const yaml::Entry& entry : node.entries) {
    if (auto ok = read_age_key(entry, name, age); !ok) {
      return tl::unexpected(ok.error());
    }
  }
  if (age.soft > age.hard) {
    return error_at(node.place,
                    fmt::format("{}: soft ({}) is longer than hard ({}): facts "
                                "would be fetched again only after they are "
                                "not believed any more; write a shorter soft",
                                name, in_words(age.soft), in_words(age.hard)));
  }
  return age;
}

}  // namespace mfa
