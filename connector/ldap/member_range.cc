// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/member_range.h"

#include <fmt/format.h>

#include <charconv>

namespace mfa::connector::ldap {
namespace {

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return value;
}

std::string_view bare(std::string_view name) {
  return name.substr(0, name.find(';'));
}

}  // namespace

std::optional<Range> range_of(std::string_view attribute) {
  constexpr std::string_view kOption = ";range=";
  const auto at = attribute.find(';');
  if (at == attribute.npos ||
      !same_name(attribute.substr(at, kOption.size()), kOption)) {
    return std::nullopt;
  }
  const auto bounds = attribute.substr(at + kOption.size());
  const auto hyphen = bounds.find('-');
  if (hyphen == bounds.npos) return std::nullopt;
  const auto first = number(bounds.substr(0, hyphen));
  const auto last = number(bounds.substr(hyphen + 1));
  if (!first || (!last && bounds.substr(hyphen + 1) != "*")) {
    return std::nullopt;
  }
  return Range{*first, last};
}

std::optional<std::string> next_piece(const Entry& entry,
                                      std::string_view name) {
  for (const Attribute& attribute : entry.attributes) {
    if (!same_name(bare(attribute.name), bare(name))) continue;
    const auto range = range_of(attribute.name);
    if (range && range->last) {
      return fmt::format("{};range={}-*", bare(name), *range->last + 1);
    }
  }
  return std::nullopt;
}

}  // namespace mfa::connector::ldap
