// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace mfa {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0,    0,
                                                        0, 0, 0, 0, 0xff, 0xff};

// The first `prefix` bits of `bytes`, the rest zero.
std::array<std::uint8_t, 16> masked(std::array<std::uint8_t, 16> bytes,
                                    unsigned prefix) {
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned bits = std::min(8u, prefix > 8 * i ? prefix - 8 * i : 0u);
    bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xff00u >> bits));
  }
  return bytes;
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  if (text.size() > INET6_ADDRSTRLEN + 16) return std::nullopt;
  // inet_pton would stop at a NUL and not see what follows.
  if (text.find('\0') != text.npos) return std::nullopt;
  const std::string numeric(text.substr(0, text.find('%')));
  Address address;
  if (numeric.size() == text.size() &&
      inet_pton(AF_INET, numeric.c_str(), address.bytes_.data() + 12) == 1) {
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(),
              address.bytes_.begin());
    return address;
  }
  address.bytes_ = {};
  if (inet_pton(AF_INET6, numeric.c_str(), address.bytes_.data()) == 1) {
    return address;
  }
  return std::nullopt;
}

Address Address::of(const std::array<std::uint8_t, 16>& bytes) {
  Address address;
  address.bytes_ = bytes;
  return address;
}

bool Address::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

std::string Address::str() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (is_v4()) {
    inet_ntop(AF_INET, bytes_.data() + 12, text, sizeof text);
  } else {
    inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
  }
  return text;
}

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = Address::parse(text.substr(0, slash));
  if (!address || text.find('%') != text.npos) return std::nullopt;
  // "::ffff:10.0.0.0/104" is written in IPv6's terms, "10.0.0.0/8" in IPv4's.
  const bool v4_notation = text.find(':') == text.npos;
  const unsigned longest = v4_notation ? 32 : 128;
  unsigned prefix = longest;
  if (slash != text.npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (failure != std::errc() || end != digits.data() + digits.size() ||
        prefix > longest) {
      return std::nullopt;
    }
  }
  Network network;
  network.base_ = *address;
  network.prefix_ = prefix + (v4_notation ? 96 : 0);
  return network;
}

Network Network::of(const Address& address, unsigned prefix_v6) {
  Network network;
  network.base_ = address;
  network.prefix_ = address.is_v4() ? 128 : prefix_v6;
  return network;
}

bool Network::is_v4() const { return base_.is_v4() && prefix_ >= 96; }

bool Network::contains(const Address& address) const {
  if (address.is_v4() != is_v4()) return false;
  return masked(address.bytes(), prefix_) == masked(base_.bytes(), prefix_);
}

Address Network::first() const {
  return Address::of(masked(base_.bytes(), prefix_));
}

Address Network::last() const {
  auto bytes = base_.bytes();
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(~byte);
  bytes = masked(bytes, prefix_);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(~byte);
  return Address::of(bytes);
}

std::string Network::str() const {
  char text[INET6_ADDRSTRLEN] = "";
  const auto base = masked(base_.bytes(), prefix_);
  if (is_v4()) {
    inet_ntop(AF_INET, base.data() + 12, text, sizeof text);
    return std::string(text) + "/" + std::to_string(prefix_ - 96);
  }
  inet_ntop(AF_INET6, base.data(), text, sizeof text);
  return std::string(text) + "/" + std::to_string(prefix_);
}

}  // namespace mfa
