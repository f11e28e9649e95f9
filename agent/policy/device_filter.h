// SPDX-License-Identifier: BSD-3-Clause
//
// Filters for devices, in the grammar of Graph's `deviceFilter.rule`:
//
//   rule       = any
//   any        = all *( "-or" all )
//   all        = term *( "-and" term )           ; binds tighter than -or
//   term       = "(" any ")" / comparison
//   comparison = "device." attribute operator value
//   operator   = "-eq" / "-ne" / "-startsWith" / "-notStartsWith" /
//                "-endsWith" / "-notEndsWith" / "-contains" /
//                "-notContains" / "-in" / "-notIn"
//   value      = text / True / False     ; isCompliant -eq or -ne, with or
//                                        ; without quotes
//              / "[" text *( "," text ) "]"                 ; -in and -notIn
//   text       = 'anything' / "anything"
//
// Words are read in any ASCII case. Inside a text a quote is written with a
// backtick before it, as in Entra's dynamic rules, or twice; a backtick that
// stands before neither a quote nor a backtick is itself, and so is a
// backslash.
//
// Texts are compared without regard to ASCII case. An operator on a list
// (physicalIds, systemLabels) asks whether any element is so, and -contains
// whether an element is the text. A positive operator never matches a null
// attribute, a negative one always does; a list without elements is null.
// Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "agent/model/device.h"

namespace mfa {

inline constexpr std::size_t kMaxDeviceRuleCharacters = 3072;  // Entra's
// Deeper than any rule a person writes; bounds the stacks of the parser and
// of the evaluation.
inline constexpr std::size_t kMaxDeviceRuleDepth = 32;

class DeviceFilter {
 public:
  // Error{malformed}: "at character N: what; what to do".
  static Result<DeviceFilter> parse(std::string_view rule);

  // nullptr: an unregistered device. Allocates nothing.
  bool matches(const Device* device) const;

 private:
  // -in is `equal` to one of several texts, and so is -contains of a list.
  enum class Operator { equal, starts_with, ends_with, contains };

  struct Comparison {
    const DeviceAttribute* attribute = nullptr;
    Operator op = Operator::equal;
    bool negative = false;
    bool truth = false;              // of isCompliant
    std::vector<std::string> texts;  // in lower case; one is enough
  };

  // Postfix: a comparison pushes, `all_of` and `any_of` take two and push one.
  enum class Step : unsigned char { compare, all_of, any_of };

  class Parser;  // device_rule.cc

  static bool compare(Operator op, std::string_view held,
                      std::string_view wanted);
  static bool any_holds(const Comparison& comparison, std::string_view held);
  static bool holds(const Comparison& comparison, const Device& device);

  std::vector<Comparison> comparisons_;  // in the order of their steps
  std::vector<Step> steps_;
};

}  // namespace mfa
