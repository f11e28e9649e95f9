// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/sign_in_facts.h"

#include <algorithm>

namespace mfa {
namespace {

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

char upper_case(char letter) { return static_cast<char>(letter & ~0x20); }

}  // namespace

std::optional<CountryCode> CountryCode::parse(std::string_view text) {
  if (text.size() != 2 || !std::all_of(text.begin(), text.end(), is_letter)) {
    return std::nullopt;
  }
  return CountryCode{{upper_case(text[0]), upper_case(text[1])}};
}

}  // namespace mfa
