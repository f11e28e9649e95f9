// SPDX-License-Identifier: BSD-3-Clause
//
// Of a file that is accepted, every location is found by its id and its name,
// holds the ends of its ranges and no IPv4 address in an IPv6 range.
#include <cstdint>
#include <cstdlib>

#include "agent/policy/named_locations.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const mfa::NamedLocation& location) {
  const mfa::Address* last = nullptr;
  for (const auto& range : location.ranges) {
    require(range.first <= range.second);
    require(range.first.is_v4() == range.second.is_v4());
    require(!last || *last < range.first);
    last = &range.second;
    mfa::SignInFacts facts;
    facts.ip_address = range.first;
    require(location.contains(facts, false));
    facts.ip_address = range.second;
    require(location.contains(facts, true));
  }
  require(!location.contains(mfa::SignInFacts(), false));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto all = mfa::NamedLocations::parse(
      {reinterpret_cast<const char*>(data), size}, "f");
  if (!all) {
    require(all.error().what.starts_with("f:"));
    return 0;
  }
  for (std::size_t i = 0; i < all->list().size(); ++i) {
    const mfa::NamedLocation& location = all->list()[i];
    require(all->find(location.display_name) == i);
    require(location.id.empty() || all->find(location.id) == i);
    check(location);
  }
  return 0;
}
