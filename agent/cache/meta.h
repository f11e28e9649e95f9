// SPDX-License-Identifier: BSD-3-Clause
//
// The one row that says what the cache is: whose, which generation, how old,
// how many.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/cache/mass_change.h"
#include "agent/model/directory_record.h"
#include "agent/store/database.h"

namespace mfa {

inline constexpr std::size_t kDirectoryKinds = 4;

struct CacheCounts {
  std::int64_t people = 0, disabled = 0, guests = 0;
  std::int64_t groups = 0, memberships = 0;
  std::int64_t ambiguous = 0;  // accounts and uids of several people
  std::int64_t roles = 0;
  // Members of groups that bear a role, nested ones too, and who holds one
  // directly. About: a person in two of the groups may count twice.
  std::int64_t role_holders = 0;
  std::int64_t risks = 0;
  std::int64_t at_risk = 0;  // low and above
  std::int64_t risky = 0;    // medium and above
  std::int64_t devices = 0;
};

struct CacheMeta {
  std::string source;
  std::uint64_t generation = 0;
  std::string token;
  Instant committed;
  bool full_sync_wanted = false;
  std::array<std::optional<Instant>, kDirectoryKinds> up_to_date;
  CacheCounts counts;
  std::int64_t refused = 0;
  std::vector<std::string> refusals;
  std::optional<HeldGeneration> held;

  std::optional<Instant>& at(DirectoryKind kind) {
    return up_to_date[static_cast<std::size_t>(kind)];
  }
  const std::optional<Instant>& at(DirectoryKind kind) const {
    return up_to_date[static_cast<std::size_t>(kind)];
  }
};

CacheMeta load_meta(Database& database);
void save_meta(Database& database, const CacheMeta& meta);

// What every sign-in needs of it.
struct CacheHead {
  std::uint64_t generation = 0;
  std::array<std::optional<Instant>, kDirectoryKinds> up_to_date;
  bool has_roles = false, has_devices = false;
  // Somebody is in the directory, and it is not known by which account.
  bool has_not_understood = false;

  const std::optional<Instant>& at(DirectoryKind kind) const {
    return up_to_date[static_cast<std::size_t>(kind)];
  }
};
CacheHead load_head(Database& database);

const FactAge& age_of(const CacheAges& ages, DirectoryKind kind);

// From when on the held change has made memberships and roles too old to be
// believed; nullopt: nothing is held, or not of these.
std::optional<Instant> too_old_from(const CacheMeta& meta,
                                    const CacheAges& ages);

// Whether a fact of that day is too old now, or of a day that has not come.
bool is_older_than(const std::optional<Instant>& up_to_date,
                   std::chrono::seconds age, Instant now);

}  // namespace mfa
