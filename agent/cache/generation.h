// SPDX-License-Identifier: BSD-3-Clause
//
// A generation from its beginning to its end. It is either a transaction on
// the file in force or a new file beside it; until put_in_force() nobody else
// sees anything of it, and without it nothing remains.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/cache/cache.h"
#include "agent/cache/fact_edits.h"
#include "agent/cache/files.h"
#include "agent/cache/limits.h"
#include "agent/cache/meta.h"
#include "agent/cache/people_edits.h"
#include "agent/cache/people_load.h"
#include "agent/cache/restrictions.h"
#include "agent/cache/role_holders.h"

namespace mfa {

class Generation {
 public:
  // All of it outlives the generation.
  struct World {
    const CacheFolder& folder;
    Database& in_force;
    const RoleGroupNames& role_groups;
    const CacheLimits& limits;
    bool is_other_source;  // than that of what is in force
  };

  static Result<std::unique_ptr<Generation>> begin(const World& world,
                                                   BeginGeneration wanted,
                                                   std::uint64_t number,
                                                   const CacheCounts& counts,
                                                   Instant now);
  // Gives up what was not put in force.
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  // After an error there is nothing more to do with it.
  Result<> apply(const Change& change);
  // Everything was brought: what it comes to.
  Result<> finish(const CommitGeneration& how);
  // With what the last day lost. After finish().
  Result<Losses> losses(Instant now);
  // What of it does not wait when it is held for these losses.
  Result<Restrictions> restrictions(const Losses& losses,
                                    const MassChangeLimit& limit);
  // `day_is_over`: what the last day lost does not count any more. Does not
  // rename the new file, but it is whole, closed and synced.
  Result<> write(const CacheMeta& meta, bool day_is_over, Instant now);

  std::uint64_t number() const { return number_; }
  const BeginGeneration& wanted() const { return wanted_; }
  Instant began() const { return began_; }
  const CacheCounts& counts() const { return counts_; }
  bool has_new_file() const { return new_file_made_; }
  bool wants_full_sync() const { return edits_ && edits_->lost_names(); }
  // The role holders must be counted again.
  bool counts_are_rough() const { return holders_ && holders_->is_rough(); }

  std::chrono::microseconds last_used{};  // since boot
  std::int64_t refused = 0;
  std::vector<std::string> refusals;

 private:
  Generation(const World& world, BeginGeneration wanted, std::uint64_t number,
             const CacheCounts& counts, Instant now);

  Result<> begin_in_force();
  Result<> begin_new_file();
  Result<> copy_facts();
  Result<> finish_new_file(std::uint64_t room);
  Result<> finish_load();
  void drop_other_kinds();
  Result<> check_room(std::uint64_t wanted);
  Result<> check();
  Database& database() { return new_file_ ? *new_file_ : world_.in_force; }
  PeopleSink& people();
  void put(const change::Put& put);
  Result<> carry_out(const Change& change);

  const World world_;
  const BeginGeneration wanted_;
  const std::uint64_t number_;
  const Instant began_;
  const CacheCounts before_;
  CacheCounts counts_;
  Losses losses_;
  std::int64_t changes_ = 0;
  bool written_ = false;
  bool new_file_made_ = false;
  bool attached_ = false;  // what is in force, to itself
  std::unique_ptr<Database> new_file_;
  std::optional<RoleHolders> holders_;
  std::optional<PeopleEdits> edits_;
  std::optional<PeopleLoad> load_;
  std::optional<FactEdits> facts_;
};

// What a failure of the database means to whoever asked.
Error to_error(const DatabaseFailure& failure);

}  // namespace mfa
