// SPDX-License-Identifier: BSD-3-Clause
//
// Changes of role assignments, risks and devices: rows that are found by key,
// in the file in force or in one that is being made.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>

#include "agent/cache/keys.h"
#include "agent/cache/meta.h"
#include "agent/cache/seen_rows.h"

namespace mfa {

class FactEdits {
 public:
  // How many people hold a role through this principal.
  using PeopleBehind = std::function<std::int64_t(const HashedKey& principal)>;

  FactEdits(Database& database, CacheCounts& counts, Losses& losses,
            PeopleBehind people_behind)
      : database_(database),
        counts_(counts),
        losses_(losses),
        people_behind_(std::move(people_behind)) {}

  void put(const DirectoryRoleAssignment& assignment);
  void put(const DirectoryRisk& risk);
  void put(const DirectoryDevice& device);
  void remove(const DirectoryRoleAssignment& assignment);
  void remove_device(const std::string& id);
  // A generation of the whole kind: what it did not put is gone.
  void remove_unseen(DirectoryKind kind);

 private:
  std::optional<std::int64_t> find_row(
      const DirectoryRoleAssignment& assignment);
  void remove_role(std::int64_t row);
  bool has_role(const HashedKey& principal);
  void remove_risk(std::int64_t row);
  void remove_device(std::int64_t row);
  void set_owners(std::int64_t device, const std::string& owners,
                  const std::string& owners_before);
  void count_risk(RiskLevel level, int sign);

  Database& database_;
  CacheCounts& counts_;
  Losses& losses_;
  const PeopleBehind people_behind_;
  SeenRows roles_, risks_, devices_;
  std::unordered_set<HashedKey, KeyHash> lost_role_;
};

}  // namespace mfa
