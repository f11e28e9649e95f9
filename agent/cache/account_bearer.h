// SPDX-License-Identifier: BSD-3-Clause
//
// Whose an account is. A sign-in goes by the account, so what a change takes
// from people, or spares them, is compared by account wherever another record
// bears it than before: else new ids would make new people of everybody, with
// no risk, no role and no past.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/cache/keys.h"
#include "agent/cache/mass_change.h"
#include "agent/store/database.h"

namespace mfa {

struct AccountBearer {
  std::string id;
  bool enabled = false;
  bool is_guest = false;
  std::optional<std::int64_t> uid;
  std::vector<HashedKey> names;

  // By which records call the person.
  std::vector<HashedKey> keys() const;
};

// Columns id, enabled, guest, uid and names, from `column` on.
AccountBearer read_bearer(const Statement& row, int column);

// What somebody is who was a guest or not before, and is now.
void count_guest(bool before, bool after, Losses& losses);

// Two bearers of one account, one after the other: what the directory says of
// the account now that it did not say. Risks are those in `main`: one that was
// taken from the earlier bearer there is counted already. Roles are not looked
// at.
void count_bearers(Database& database, const AccountBearer& before,
                   const AccountBearer& after, Losses& losses);

}  // namespace mfa
