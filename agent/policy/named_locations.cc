// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/named_locations.h"

#include <algorithm>

#include "agent/model/name_set.h"

namespace mfa {
namespace {

bool within(const std::vector<NamedLocation::Range>& ranges,
            const Address& address) {
  const auto behind = std::upper_bound(
      ranges.begin(), ranges.end(), address,
      [](const Address& a, const auto& range) { return a < range.first; });
  return behind != ranges.begin() && address <= std::prev(behind)->second;
}

}  // namespace

bool NamedLocation::contains(const SignInFacts& facts, bool as_include) const {
  switch (kind) {
    case Kind::local_console:
      return facts.local_console;
    case Kind::networks:
      return facts.ip_address && within(ranges, *facts.ip_address);
    case Kind::countries:
      if (!facts.country) return as_include && include_unknown_countries;
      return std::binary_search(countries.begin(), countries.end(),
                                *facts.country);
  }
  return false;
}

NamedLocations::NamedLocations() {
  NamedLocation console;
  console.kind = NamedLocation::Kind::local_console;
  console.display_name = kLocalConsoleName;
  add(std::move(console));
}

void NamedLocations::learn_names(std::size_t index) {
  const NamedLocation& location = list_[index];
  for (const std::string& name : {location.id, location.display_name}) {
    if (!name.empty()) by_name_.emplace(lower_case(name), index);
  }
  if (location.is_trusted) trusted_.push_back(index);
}

void NamedLocations::add(NamedLocation location) {
  list_.push_back(std::move(location));
  learn_names(list_.size() - 1);
}

void NamedLocations::declare_local_console(NamedLocation location) {
  list_[kLocalConsole] = std::move(location);
  learn_names(kLocalConsole);
}

std::optional<std::size_t> NamedLocations::find(
    std::string_view id_or_name) const {
  const auto found = by_name_.find(lower_case(id_or_name));
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

bool WhereIs::in(std::size_t location, bool as_include) {
  const std::size_t answer = 2 * location + (as_include ? 1 : 0);
  if (!asked_[answer]) {
    asked_.set(answer);
    inside_[answer] = locations_.list()[location].contains(facts_, as_include);
  }
  return inside_[answer];
}

bool WhereIs::in_trusted(bool as_include) {
  const auto& trusted = locations_.trusted();
  return std::any_of(trusted.begin(), trusted.end(), [&](std::size_t location) {
    return in(location, as_include);
  });
}

}  // namespace mfa
