// SPDX-License-Identifier: BSD-3-Clause
//
// One entry of the directory as it was received. A view: names and values are
// bytes of the message, which must outlive it. Nothing is checked yet.
#pragma once

#include <string_view>
#include <vector>

namespace mfa::connector::ldap {

using Values = std::vector<std::string_view>;

struct Attribute {
  std::string_view name;  // with its options: "member;range=0-1499"
  Values values;
};

struct Entry {
  std::string_view dn;
  std::vector<Attribute> attributes;

  // nullptr: the entry has no such attribute, or we may not read it. Names are
  // compared without case and without options.
  const Values* find(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  // The first value; "": none.
  std::string_view first(std::string_view name) const;
};

// ASCII without case, as LDAP compares attribute names.
bool same_name(std::string_view a, std::string_view b);

}  // namespace mfa::connector::ldap
