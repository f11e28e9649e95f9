// SPDX-License-Identifier: BSD-3-Clause
#include "agent/base/escape.h"

#include <fmt/format.h>

#include "wire/codec.h"

namespace mfa {
namespace {

// Length of the UTF-8 sequence that starts `text` if it is well formed, else
// 0. wire::is_text knows the rules; a sequence has at most four bytes.
std::size_t sequence_length(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (wire::is_text(text.substr(0, length))) return length;
  }
  return 0;
}

// Where to cut so that a well-formed sequence is not shown as broken bytes: at
// `limit` or up to three bytes before it.
std::size_t whole_sequences(std::string_view text, std::size_t limit) {
  for (std::size_t back = 1; back <= 3 && back <= limit; ++back) {
    if (sequence_length(text.substr(limit - back)) > back) return limit - back;
  }
  return limit;
}

char32_t code_point(std::string_view sequence) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(sequence[i]);
  };
  if (sequence.size() == 1) return byte(0);
  char32_t value = byte(0) & (0xffu >> (sequence.size() + 1));
  for (std::size_t i = 1; i < sequence.size(); ++i) {
    value = value << 6 | (byte(i) & 0x3fu);
  }
  return value;
}

bool is_dangerous(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) ||       // C0, DEL, C1
         c == 0x061c || c == 0x200e || c == 0x200f ||  // direction marks
         (c >= 0x2028 && c <= 0x202e) ||               // separators, overrides
         (c >= 0x2066 && c <= 0x2069) ||               // isolates
         c == 0xfeff || c == '"' || c == '\\';
}

}  // namespace

std::string escaped(std::string_view text, std::size_t limit) {
  const bool cut = text.size() > limit;
  if (cut) text = text.substr(0, whole_sequences(text, limit));
  std::string out;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    const char32_t c = code_point(text.substr(0, length));
    if (!is_dangerous(c)) {
      out += text.substr(0, length);
    } else if (c < 0x80) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else {
      out += fmt::format("\\u{{{:04x}}}", static_cast<unsigned>(c));
    }
    text.remove_prefix(length);
  }
  if (cut) out += "...";
  return out;
}

std::string quoted(std::string_view text, std::size_t limit) {
  return '"' + escaped(text, limit) + '"';
}

}  // namespace mfa
