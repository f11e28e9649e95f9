// SPDX-License-Identifier: BSD-3-Clause
//
// Numeric addresses and networks. A host name is never looked up: it
// is no address.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mfa {

// An IPv4 address is kept in its mapped form, so 192.0.2.1 and
// ::ffff:192.0.2.1 are one address.
class Address {
 public:
  // Numeric forms only; a zone ("fe80::1%eth0") is dropped.
  static std::optional<Address> parse(std::string_view text);

  bool is_v4() const;
  std::string str() const;  // 192.0.2.1 or 2001:db8::1
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  static Address of(const std::array<std::uint8_t, 16>& bytes);
  auto operator<=>(const Address&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// "192.0.2.0/24", "2001:db8::/32" or a single address.
class Network {
 public:
  static std::optional<Network> parse(std::string_view text);
  static Network of(const Address& address, unsigned prefix_v6);

  // An IPv6 network holds no IPv4 address, not even ::/0: mapped addresses
  // are only how this file keeps IPv4.
  bool contains(const Address& address) const;
  std::string str() const;

  bool is_v4() const;
  unsigned prefix() const { return is_v4() ? prefix_ - 96 : prefix_; }
  // Of the addresses as bytes: between those of an IPv6 network there may be
  // mapped ones.
  Address first() const;
  Address last() const;

 private:
  Address base_;
  unsigned prefix_ = 128;  // of the mapped form: 96 more than IPv4's own
};

}  // namespace mfa
