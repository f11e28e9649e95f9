// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/text.h"

#include <string.h>

namespace mfa::pam {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : '\0';
}

// Length in bytes of the control character at the start of `text`, 0 if none.
// C1 is U+0080 to U+009F, in UTF-8 C2 80 to C2 9F.
std::size_t control_length(std::string_view text) {
  const unsigned char first = byte_at(text, 0);
  if (first < 0x20 || first == 0x7f) return 1;
  const unsigned char second = byte_at(text, 1);
  return first == 0xc2 && second >= 0x80 && second <= 0x9f ? 2 : 0;
}

void append_escaped(std::string& out, char c) {
  static constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte <= 0x7e && c != '"' && c != '\\') {
    out += c;
    return;
  }
  out += "\\x";
  out += kHex[byte >> 4];
  out += kHex[byte & 0xf];
}

}  // namespace

std::string escaped(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : text.substr(0, limit)) append_escaped(out, c);
  if (text.size() > limit) out += "...";
  return out;
}

bool has_control_characters(std::string_view text) {
  for (; !text.empty(); text.remove_prefix(1)) {
    if (control_length(text) != 0) return true;
  }
  return false;
}

std::string displayable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const bool kept = text[0] == '\n' || text[0] == '\t';
    const std::size_t dropped = kept ? 0 : control_length(text);
    if (dropped == 0) out += text[0];
    text.remove_prefix(dropped == 0 ? 1 : dropped);
  }
  return out;
}

const char* error_text(int error_number) {
  if (error_number == 0) return "";
  // strerror() writes into a buffer that all threads of the host share.
  const char* text = strerrordesc_np(error_number);
  return text ? text : "unknown error";
}

}  // namespace mfa::pam
