// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/user_name.h"

#include <algorithm>

namespace mfa {
namespace {

constexpr std::size_t kMaxUserName = 256;  // LOGIN_NAME_MAX on Linux

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') ||
         std::string_view("_.@$+\\-").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<UserName> UserName::parse(std::string_view text) {
  if (text.empty() || text.size() > kMaxUserName) return std::nullopt;
  if (text[0] == '-' || text[0] == '.') return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), is_name_character)) {
    return std::nullopt;
  }
  return UserName(text);
}

}  // namespace mfa
