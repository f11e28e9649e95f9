// SPDX-License-Identifier: BSD-3-Clause
//
// Everything that changes the cache, on one thread: which generation is open,
// what is in force, and how the one becomes the other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/cache/cache.h"
#include "agent/cache/files.h"
#include "agent/cache/generation.h"
#include "agent/cache/limits.h"
#include "agent/cache/meta.h"
#include "agent/cache/readers.h"

namespace mfa {

class CacheWriter {
 public:
  CacheWriter(const CacheFolder& folder, Readers& readers, const Clock& clock,
              const CacheLimits& limits)
      : folder_(folder), readers_(readers), clock_(clock), limits_(limits) {}

  Result<> open();

  Result<std::uint64_t> begin(BeginGeneration wanted);
  Result<> apply(std::uint64_t generation, const Change& change);
  // Done: what is in force is the new generation.
  Result<> commit(std::uint64_t generation, const CommitGeneration& how,
                  const MassChangeLimit& limit, const CacheAges& ages);
  void abort(std::uint64_t generation);
  void note_refusals(std::uint64_t generation,
                     std::vector<std::string> refusals);
  Result<> up_to_date(const std::string& source, DirectoryKinds kinds);
  Result<HeldChange> accept_held(Instant since);
  Result<bool> forget_account(const std::string& account);
  Result<bool> forget_kind(DirectoryKind kind);
  void set_role_groups(RoleGroupNames names);

  // The file in force turned out to be damaged. `epoch`: of whoever noticed;
  // another file may be in force by now.
  void start_anew(std::uint64_t epoch, const std::string& why);
  std::uint64_t epoch() const { return epoch_; }

 private:
  Result<> may_begin(const BeginGeneration& wanted);
  Result<> may_change_in_force();
  Result<> find_open(std::uint64_t generation);
  Error give_up(Error why);
  Error hold(std::string what, const Losses& losses,
             const MassChangeLimit& limit, const CacheAges& ages);
  Result<> put_in_force(const CommitGeneration& how, const Losses& losses,
                        const MassChangeLimit& limit, const CacheAges& ages);
  CacheMeta next_meta(const CommitGeneration& how, Instant now) const;
  Result<> swap_files();
  Result<> empty_log();
  Result<> take(Result<std::unique_ptr<Database>> opened);
  Result<> reopen();
  Result<> save(const CacheMeta& meta);
  Result<> check();
  void want_full_sync();
  void count_holders();

  const CacheFolder& folder_;
  Readers& readers_;
  const Clock& clock_;
  const CacheLimits limits_;
  RoleGroupNames role_groups_;
  std::unique_ptr<Database> database_;
  CacheMeta meta_;
  std::unique_ptr<Generation> open_;  // after database_: it goes first
  std::uint64_t last_number_ = 0;     // handed out, so none is handed out again
  std::uint64_t epoch_ = 0;
  bool holders_are_due_ = false;
};

}  // namespace mfa
