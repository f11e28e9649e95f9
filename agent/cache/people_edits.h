// SPDX-License-Identifier: BSD-3-Clause
//
// People and groups, changed one by one in the file in force. What is as it was
// is not written again: the cost is that of the changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/cache/keys.h"
#include "agent/cache/membership_edits.h"
#include "agent/cache/meta.h"
#include "agent/cache/people_sink.h"
#include "agent/cache/role_holders.h"
#include "agent/cache/seen_rows.h"

namespace mfa {

class PeopleEdits final : public PeopleSink {
 public:
  PeopleEdits(Database& database, CacheCounts& counts, Losses& losses,
              RoleHolders& holders, std::uint64_t generation, Instant now)
      : database_(database),
        counts_(counts),
        losses_(losses),
        holders_(holders),
        memberships_(database, counts, losses, holders),
        generation_(static_cast<std::int64_t>(generation)),
        now_(now) {}

  void put(const DirectoryPerson& person) override;
  void put(const DirectoryGroup& group) override;
  Result<> change(const change::Members& members) override;
  void remove(const std::string& id) override;
  void mark_present(const std::string& id) override;
  void bury(const Refused& person) override;

  // At the end of a generation that named all there are.
  void remove_unseen();
  // At the end of every generation.
  void finish();

  // A record that was there is called something else now. Active Directory,
  // and refint, write its new name into groups without a word about the groups
  // having changed: only a full generation tells who is in them.
  bool lost_names() const { return lost_names_; }

 private:
  struct Row;
  std::optional<Row> find_person(const std::string& id);
  void write(const Row& row);
  // Whether a role went with them.
  bool names_lost(const Row& before, const Row& after);
  void person_is_back(const Row& now);
  void note_lost(const std::vector<HashedKey>& before,
                 const std::vector<HashedKey>& after);
  void remove_person(const Row& row);
  // It leaves nobody in doubt any more.
  void understood(const std::string& id);
  void remove_group(std::int64_t row, const std::string& id);
  std::string id_of(const char* sql, std::int64_t row);
  void set_group_names(std::int64_t row, const DirectoryGroup& group);
  void account_changed(const Row& before, const Row& after);
  void account_found(const Row& now);
  void account_lost(const Row& row, bool held_role);
  bool holds_role(const Row& row);
  bool holds_role(const std::vector<HashedKey>& keys);
  void compare_accounts();
  void recount_ambiguous(const std::string& name, bool is_ambiguous);
  void recount_account(const std::optional<std::string>& account);
  void recount_uid(std::optional<std::int64_t> uid);

  Database& database_;
  CacheCounts& counts_;
  Losses& losses_;
  RoleHolders& holders_;
  MembershipEdits memberships_;
  const std::int64_t generation_;
  const Instant now_;
  SeenRows people_, groups_;
  bool lost_names_ = false;
  std::int64_t people_gone_ = 0, accounts_gone_ = 0;
};

}  // namespace mfa
