// SPDX-License-Identifier: BSD-3-Clause
//
// Who is in which group, changed one by one in the file in force, and how many
// people lose or gain a role by it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/cache/keys.h"
#include "agent/cache/meta.h"
#include "agent/cache/role_holders.h"

namespace mfa {

class MembershipEdits {
 public:
  MembershipEdits(Database& database, CacheCounts& counts, Losses& losses,
                  RoleHolders& holders)
      : database_(database),
        counts_(counts),
        losses_(losses),
        holders_(holders) {}

  // What a person or group says that it is in; sorted, all of it.
  void set_own_groups(const HashedKey& member,
                      const std::vector<HashedKey>& groups);
  // What a group says that is in it: these, with the changes that follow.
  void shall_have_members(const HashedKey& group,
                          const std::vector<HashedKey>& members);
  void change(const HashedKey& group, const std::vector<HashedKey>& added,
              const std::vector<HashedKey>& removed);
  // Everything that the group says. What others say of it stays.
  void remove_group(const HashedKey& group);
  // At the end of every generation.
  void finish();

 private:
  bool is_replaced(const HashedKey& group);
  std::optional<HashedKey> any_replaced_group();
  void want(const HashedKey& member, const HashedKey& group);
  void give_members(const HashedKey& group);
  void add_membership(const HashedKey& member, const HashedKey& group,
                      int side);
  void remove_membership(const HashedKey& member, const HashedKey& group,
                         int side);
  void lose(const HashedKey& member, const HashedKey& group);
  bool regain(const HashedKey& member, const HashedKey& group);

  Database& database_;
  CacheCounts& counts_;
  Losses& losses_;
  RoleHolders& holders_;
};

}  // namespace mfa
