// SPDX-License-Identifier: BSD-3-Clause
//
// All people, groups and memberships of a directory, into a new file. They are
// appended as they come and sorted once at the end, on disk: a million people
// take seconds and a few megabytes.
//
// Records may come twice (Graph's pages overlap); the last one counts.
#pragma once

#include <cstdint>
#include <string>

#include "agent/cache/keys.h"
#include "agent/cache/meta.h"
#include "agent/cache/people_sink.h"
#include "agent/cache/role_holders.h"

namespace mfa {

class PeopleLoad final : public PeopleSink {
 public:
  PeopleLoad(Database& database, CacheCounts& counts, std::uint64_t generation,
             Instant now)
      : database_(database),
        counts_(counts),
        generation_(static_cast<std::int64_t>(generation)),
        began_(now) {}

  void put(const DirectoryPerson& person) override;
  void put(const DirectoryGroup& group) override;
  Result<> change(const change::Members& members) override;
  void remove(const std::string& id) override;
  void mark_present(const std::string&) override {}
  void bury(const Refused& person) override;

  // Sorts, indexes and counts, in two steps that each take room on the disk:
  // about so much, in bytes.
  std::uint64_t room_for_people() const;
  void finish_people();
  std::uint64_t room_for_memberships() const;
  void finish_memberships();

 private:
  void index_people();
  void remove_person(const std::string& id);
  void remove_group(const std::string& id, std::int64_t row);
  void load(const HashedKey& member, const HashedKey& group, int side,
            std::int64_t owner, bool here = true);
  void outdate(int side, std::int64_t owner);
  void sort_memberships();
  void find_ambiguous();
  void bury_refused_people();
  void count_people();

  Database& database_;
  CacheCounts& counts_;
  const std::int64_t generation_;
  const Instant began_;
  // Rows ever made: a number is not given twice.
  std::int64_t people_ = 0, groups_ = 0;
  bool indexed_ = false;
};

// What the new file would lose of the one in force, which is attached as
// `old`; its tombstones go over, and new ones are made. By record, and by
// account where another record bears it.
void compare_with_old(Database& database, const RoleGroupNames& names,
                      CacheCounts& counts, Losses& losses,
                      std::uint64_t generation, Instant now);

}  // namespace mfa
