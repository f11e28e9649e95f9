// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/wal_file.h"

#include <algorithm>

namespace mfa {
namespace {

// https://www.sqlite.org/fileformat2.html#walformat
constexpr std::uint32_t kMagicLittleEndian = 0x377f0682;
constexpr std::uint32_t kMagicBigEndian = 0x377f0683;
constexpr std::uint32_t kFormat = 3007000;

std::uint32_t big_endian(std::span<const std::uint8_t> bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | std::uint32_t{bytes[3]};
}

std::uint32_t little_endian(std::span<const std::uint8_t> bytes) {
  return std::uint32_t{bytes[3]} << 24 | std::uint32_t{bytes[2]} << 16 |
         std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[0]};
}

bool has_right_checksum(std::span<const std::uint8_t> header, bool is_big) {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  for (std::size_t at = 0; at < 24; at += 8) {
    const auto word = [&](std::size_t offset) {
      const auto bytes = header.subspan(at + offset, 4);
      return is_big ? big_endian(bytes) : little_endian(bytes);
    };
    first += word(0) + second;
    second += word(4) + first;
  }
  return first == big_endian(header.subspan(24, 4)) &&
         second == big_endian(header.subspan(28, 4));
}

}  // namespace

bool is_wal_header(std::span<const std::uint8_t> start) {
  if (start.size() < kWalHeaderBytes) return true;
  const bool is_empty = std::all_of(
      start.begin(), start.end(), [](std::uint8_t byte) { return byte == 0; });
  if (is_empty) return true;
  const std::uint32_t magic = big_endian(start.subspan(0, 4));
  if (magic != kMagicLittleEndian && magic != kMagicBigEndian) return false;
  if (big_endian(start.subspan(4, 4)) != kFormat) return false;
  return has_right_checksum(start, magic == kMagicBigEndian);
}

}  // namespace mfa
