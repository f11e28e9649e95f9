// SPDX-License-Identifier: BSD-3-Clause
//
// Notices a database that is older than what was acknowledged: a restored
// backup, a snapshot of the machine, a log file cut short (hostile input
// 101). After each commit the database's generation and the time are written
// to two small files outside the database, without waiting for the disk: one
// beside it, and one in the runtime directory, which no backup of the state
// brings back. A mark that is ahead of the database tells how much is gone.
//
// A mark is authenticated by the master key and names its database, so
// neither a torn write nor another database's mark is believed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "agent/base/clock.h"
#include "agent/base/unique_fd.h"
#include "agent/store/seal.h"

namespace mfa {

struct CommitMark {
  std::uint64_t generation = 0;
  Instant committed;
};

class HighWater {
 public:
  // Opens or creates both files; one that cannot be opened (no runtime
  // directory yet) is done without. `seal` outlives this.
  HighWater(const Seal& seal, std::string store_id, int state_directory,
            const std::string& runtime_directory);

  // The furthest mark that is genuine.
  std::optional<CommitMark> furthest() const;
  void write(const CommitMark& mark) const;

 private:
  std::optional<CommitMark> read(const UniqueFd& file) const;

  const Seal& seal_;
  std::string store_id_;
  std::array<UniqueFd, 2> files_;
};

}  // namespace mfa
