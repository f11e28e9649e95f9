// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/yaml_bytes.h"

#include <fmt/format.h>

#include <algorithm>

#include "wire/codec.h"

namespace mfa::yaml {
namespace {

constexpr std::size_t kLongestUtf8Sequence = 4;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7f;
}

// How many bytes at the front of `line` are well-formed UTF-8.
std::size_t text_prefix(std::string_view line) {
  std::size_t good = 0;
  while (good < line.size()) {
    std::size_t length = 1;
    while (length <= kLongestUtf8Sequence &&
           !wire::is_text(line.substr(good, length))) {
      ++length;
    }
    if (length > kLongestUtf8Sequence) break;
    good = std::min(good + length, line.size());
  }
  return good;
}

// JSON and flow style indent nothing, so tabs are harmless there.
bool is_flow(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && (text[first] == '{' || text[first] == '[');
}

Result<> check_line(std::string_view line, bool tabs_allowed, Place place) {
  const auto fault = [&place](std::size_t offset, std::string_view what) {
    place.column = offset + 1;
    return error_at(place, what);
  };
  if (const auto control = std::find_if(line.begin(), line.end(), is_control);
      control != line.end()) {
    return fault(static_cast<std::size_t>(control - line.begin()),
                 fmt::format("a control character (byte 0x{:02x}); remove it",
                             static_cast<unsigned char>(*control)));
  }
  if (!wire::is_text(line)) {
    return fault(text_prefix(line), "not UTF-8; save the file as UTF-8");
  }
  if (const auto tab = line.find_first_not_of(' ');
      !tabs_allowed && tab != line.npos && line[tab] == '\t') {
    return fault(tab, "a tab in the indentation; indent with spaces");
  }
  if (!line.empty() && line[0] == '%') {
    return fault(0, "directives (%) are not allowed; remove the line");
  }
  return {};
}

}  // namespace

Result<> check_bytes(std::string_view text, const Place& start,
                     std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    return error_at(start, fmt::format("the file is longer than {} bytes; it "
                                       "cannot be what was meant",
                                       max_bytes));
  }
  const bool tabs_allowed = is_flow(text);
  Place place = start;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (auto ok = check_line(text.substr(0, end), tabs_allowed, place); !ok) {
      return ok;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
    ++place.line;
  }
  return {};
}

}  // namespace mfa::yaml
