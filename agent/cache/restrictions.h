// SPDX-License-Identifier: BSD-3-Clause
//
// The half of a held generation that makes nobody better off. A change waits
// for an administrator because of what it would take away; what else it says
// does not wait: who is disabled in it, at a worse risk, or in doubt because
// they would have a role or a named group more.
//
// What is a mass change itself does wait: nobody wants a broken directory to
// disable everybody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/cache/keys.h"
#include "agent/cache/meta.h"
#include "agent/cache/role_holders.h"
#include "agent/model/user_name.h"

namespace mfa {

// Of each sort; what comes after waits with the rest.
inline constexpr std::size_t kMaxRestrictions = 100'000;

struct Restrictions {
  struct Account {
    std::string account, person;
    bool is_refused = false;
  };
  struct Risk {
    HashedKey person;
    RiskLevel level = RiskLevel::high;
    std::string stamp;
  };
  std::vector<std::int64_t> disabled;  // rows of people in the file in force
  std::vector<Account> buried;         // which the file in force does not know
  std::vector<Risk> risks;
  std::vector<HashedKey> doubted;
};

// Compares the generation in `main` with the file in force, which is attached
// as `old`. Reads all of both: a held change is rare.
Restrictions find_restrictions(Database& database, const RoleGroupNames& names,
                               const Losses& losses,
                               const MassChangeLimit& limit);

// To the file in force, in a transaction. What people lost by it counts like
// any other loss of the day.
void apply_restrictions(Database& database, const Restrictions& restrictions,
                        std::uint64_t generation, Instant now,
                        CacheCounts& counts);

}  // namespace mfa
