// SPDX-License-Identifier: BSD-3-Clause
//
// How long the central directory's facts are believed, and how much of it may
// change at once.
#pragma once

#include <chrono>
#include <cstddef>

namespace mfa {

// Age of a kind of fact: from when on it is fetched in the background, and
// from when on it is not believed any more where it would help a person.
struct FactAge {
  std::chrono::seconds soft{3600};
  std::chrono::seconds hard{86400};
  bool operator==(const FactAge&) const = default;
};

struct CacheAges {
  FactAge people, roles;
  FactAge risks{std::chrono::seconds{900}, std::chrono::seconds{86400}};
  FactAge devices;
  bool operator==(const CacheAges&) const = default;
};

// A generation that would make this much of the directory vanish, or this many
// people's roles or risks, is held until an administrator accepts it.
struct MassChangeLimit {
  unsigned percent = 20;
  // Fewer than this is no mass: else nobody could leave a group of three.
  std::size_t at_least = 5;
  bool operator==(const MassChangeLimit&) const = default;
};

}  // namespace mfa
