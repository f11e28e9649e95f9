// SPDX-License-Identifier: BSD-3-Clause
//
// A set of the values of one enumeration, as bits. The values count from 0
// and there are at most 32.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace mfa {

template <class E>
class EnumSet {
 public:
  constexpr EnumSet() = default;
  constexpr EnumSet(std::initializer_list<E> values) {
    for (const E value : values) insert(value);
  }

  constexpr void insert(E value) { bits_ |= bit(value); }
  constexpr void erase(E value) { bits_ &= ~bit(value); }
  constexpr bool contains(E value) const { return (bits_ & bit(value)) != 0; }
  constexpr bool contains_all(EnumSet other) const {
    return (bits_ & other.bits_) == other.bits_;
  }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool has_one() const {
    return bits_ != 0 && (bits_ & (bits_ - 1)) == 0;
  }
  constexpr EnumSet& operator|=(EnumSet other) {
    bits_ |= other.bits_;
    return *this;
  }
  constexpr bool operator==(const EnumSet&) const = default;

  // In the order of the enumeration.
  template <class Visit>
  constexpr void for_each(Visit visit) const {
    for (std::uint32_t left = bits_; left != 0; left &= left - 1) {
      visit(static_cast<E>(__builtin_ctz(left)));
    }
  }

 private:
  static constexpr std::uint32_t bit(E value) {
    return std::uint32_t{1} << static_cast<std::uint32_t>(value);
  }
  std::uint32_t bits_ = 0;
};

}  // namespace mfa
