// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/entry.h"

#include <algorithm>

namespace mfa::connector::ldap {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](char x, char y) { return lower(x) == lower(y); });
}

const Values* Entry::find(std::string_view name) const {
  const Values* found = nullptr;
  for (const Attribute& attribute : attributes) {
    const auto bare = attribute.name.substr(0, attribute.name.find(';'));
    // Active Directory sends "member" without values beside
    // "member;range=0-1499".
    if (same_name(bare, name) && (!found || found->empty())) {
      found = &attribute.values;
    }
  }
  return found;
}

std::size_t Entry::count(std::string_view name) const {
  const Values* values = find(name);
  return values ? values->size() : 0;
}

std::string_view Entry::first(std::string_view name) const {
  const Values* values = find(name);
  return values && !values->empty() ? values->front() : std::string_view();
}

}  // namespace mfa::connector::ldap
