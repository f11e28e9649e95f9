// SPDX-License-Identifier: BSD-3-Clause
//
// Nested membership, found when somebody asks: from a person (or a group) up
// through everything that it is in. Cycles end by themselves, and the way has
// a bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

#include "agent/cache/keys.h"

namespace mfa {

class GroupWalk {
 public:
  explicit GroupWalk(Database& database) : database_(database) {}

  // Goes on from there. False: what was found is not all, or not sure: there
  // are more groups than the bound, or one membership means several groups.
  bool up_from(const std::vector<HashedKey>& keys);
  bool up_from_group(std::int64_t group);

  const std::unordered_set<std::int64_t>& groups() const { return groups_; }
  // Everything that was on the way can be called by one of these.
  const std::vector<HashedKey>& keys() const { return keys_; }

 private:
  bool climb();
  void add_group(std::int64_t group);
  bool add_groups_of(const HashedKey& member);

  Database& database_;
  std::unordered_set<std::int64_t> groups_;
  std::vector<HashedKey> keys_;
  std::size_t next_ = 0;  // of keys_
  std::size_t memberships_ = 0;
};

// The groups that a key means: none, one, or several by mistake.
std::vector<std::int64_t> groups_by_key(Database& database,
                                        const HashedKey& key);
std::vector<HashedKey> keys_of_group(Database& database, std::int64_t group);

}  // namespace mfa
