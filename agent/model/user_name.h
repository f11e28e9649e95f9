// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace mfa {

// The name of a Linux account, checked at the edge: 1 to 256 bytes of ASCII
// letters, digits and _ . @ $ + \ -, not beginning with a hyphen or a dot.
// Nothing that separates records, paths or shell words can be in it.
//
// It is the canonical name (what NSS says of the account) wherever a value of
// this type is a key: counters, methods, logs.
class UserName {
 public:
  static std::optional<UserName> parse(std::string_view text);

  const std::string& str() const { return name_; }
  auto operator<=>(const UserName&) const = default;

 private:
  explicit UserName(std::string_view name) : name_(name) {}
  std::string name_;
};

}  // namespace mfa
