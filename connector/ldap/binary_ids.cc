// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/binary_ids.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace mfa::connector::ldap {
namespace {

constexpr std::size_t kUuidBytes = 16;
constexpr std::size_t kMostSubAuthorities = 15;  // [MS-DTYP] 2.4.2

std::uint8_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<std::uint8_t>(bytes[i]);
}

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | byte_at(bytes, i);
  }
  return value;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text += fmt::format("{:02x}", byte_at(bytes, i));
  }
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = nibble(text[i]);
    const int low = nibble(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

std::optional<std::string> uuid_text(std::string_view bytes) {
  if (bytes.size() != kUuidBytes) return std::nullopt;
  std::string text = to_hex(bytes);
  for (const std::size_t hyphen : {8u, 13u, 18u, 23u}) {
    text.insert(hyphen, 1, '-');
  }
  return text;
}

std::optional<std::string> guid_text(std::string_view bytes) {
  if (bytes.size() != kUuidBytes) return std::nullopt;
  constexpr std::size_t kOrder[kUuidBytes] = {3, 2, 1,  0,  5,  4,  7,  6,
                                              8, 9, 10, 11, 12, 13, 14, 15};
  std::string ordered;
  for (const std::size_t from : kOrder) ordered += bytes[from];
  return uuid_text(ordered);
}

std::optional<std::string> canonical_uuid(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != '-') digits += c;
  }
  const auto bytes = from_hex(digits);
  return bytes ? uuid_text(*bytes) : std::nullopt;
}

std::optional<std::string> sid_text(std::string_view bytes) {
  constexpr std::size_t kHeader = 8;
  if (bytes.size() < kHeader || byte_at(bytes, 0) != 1) return std::nullopt;
  const std::size_t count = byte_at(bytes, 1);
  if (count > kMostSubAuthorities || bytes.size() != kHeader + 4 * count) {
    return std::nullopt;
  }
  std::uint64_t authority = 0;
  for (std::size_t i = 2; i < kHeader; ++i) {
    authority = authority << 8 | byte_at(bytes, i);
  }
  std::string text = fmt::format("S-1-{}", authority);
  for (std::size_t i = 0; i < count; ++i) {
    text += fmt::format("-{}", little_endian(bytes.substr(kHeader + 4 * i, 4)));
  }
  return text;
}

std::optional<std::string> sid_of_group(std::string_view member_sid,
                                        std::string_view group_number) {
  std::uint32_t number = 0;
  const char* const end = group_number.data() + group_number.size();
  const auto parsed = std::from_chars(group_number.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  const auto sid = sid_text(member_sid);
  if (!sid || byte_at(member_sid, 1) == 0) return std::nullopt;
  return fmt::format("{}-{}", sid->substr(0, sid->rfind('-')), number);
}

}  // namespace mfa::connector::ldap
