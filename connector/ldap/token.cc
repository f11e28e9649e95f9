// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/token.h"

#include <fmt/format.h>

#include <algorithm>

namespace mfa::connector::ldap {
namespace {

constexpr std::string_view kVersion = "mfa-ldap/1";

std::string_view take(std::string_view& text, char end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const auto part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

}  // namespace

std::string Token::value(const std::string& name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::string() : found->second;
}

std::string to_text(const Token& token) {
  std::string text = fmt::format("{};mode={}", kVersion, token.mode);
  for (const auto& [name, value] : token.values) {
    text += fmt::format(";{}={}", name, value);
  }
  return text;
}

std::optional<Token> parse_token(std::string_view text) {
  if (take(text, ';') != kVersion) return std::nullopt;
  Token token;
  while (!text.empty()) {
    std::string_view value = take(text, ';');
    const std::string name(take(value, '='));
    token.values[name] = std::string(value);
  }
  token.mode = token.value("mode");
  token.values.erase("mode");
  if (token.mode.empty()) return std::nullopt;
  return token;
}

}  // namespace mfa::connector::ldap
