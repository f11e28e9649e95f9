// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/guid.h"

#include <cstring>
#include <functional>

namespace mfa::connector::graph {
namespace {

constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
constexpr std::string_view kHex = "0123456789abcdef";

std::optional<std::uint8_t> hex_digit(char letter) {
  if (letter >= 'A' && letter <= 'F') letter += 'a' - 'A';
  const std::size_t found = kHex.find(letter);
  if (found == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint8_t>(found);
}

}  // namespace

std::optional<Guid> parse_guid(std::string_view text) {
  if (text.size() != kForm.size()) return std::nullopt;
  Guid guid{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '-') {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const auto digit = hex_digit(text[i]);
    if (!digit) return std::nullopt;
    std::uint8_t& byte = guid[digits++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | *digit);
  }
  return guid;
}

std::string to_text(const Guid& guid) {
  std::string text(kForm);
  std::size_t digits = 0;
  for (char& letter : text) {
    if (letter == '-') continue;
    const std::uint8_t byte = guid[digits / 2];
    letter = kHex[digits % 2 == 0 ? byte >> 4 : byte & 0x0f];
    ++digits;
  }
  return text;
}

std::size_t GuidHash::operator()(const Guid& guid) const {
  return std::hash<std::string_view>()(
      {reinterpret_cast<const char*>(guid.data()), guid.size()});
}

}  // namespace mfa::connector::graph
