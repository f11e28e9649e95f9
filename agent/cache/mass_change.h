// SPDX-License-Identifier: BSD-3-Clause
//
// Whether a generation would lose so much of the directory that it looks like
// a fault of the directory (or of somebody in it) rather than a day's work.
// What the commits of one day lost counts together, so that many small steps
// do not pass where a large one is held.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "agent/base/clock.h"
#include "agent/model/directory_age.h"
#include "agent/model/directory_record.h"
#include "agent/store/database.h"

namespace mfa {

enum class Loss {
  people,  // gone
  // Disabled, without an account, or in conflict: they could not sign in.
  enabled,
  role_holders,  // nobody would ask them for what a role or group needs
  risks,         // medium or high, and less than that now
  disabled,      // could not sign in, and can now
  low_risks,     // at low risk, and at none now
  guests,        // members now
  members,       // guests now
};
inline constexpr std::size_t kLosses = 8;

struct LossCount {
  std::int64_t lost = 0;
  std::int64_t had = 0;  // before
};

struct Losses {
  std::array<LossCount, kLosses> counts{};

  LossCount& of(Loss kind) { return counts[static_cast<std::size_t>(kind)]; }
  const LossCount& of(Loss kind) const {
    return counts[static_cast<std::size_t>(kind)];
  }
};

// A change that waits for an administrator's word.
struct HeldGeneration {
  Instant since;
  std::string what;
  std::string source;
  DirectoryKinds kinds;
  Losses losses;  // when it was held first
  std::optional<Instant> accepted;
};

bool is_mass_change(const LossCount& count, const MassChangeLimit& limit);
// "" when nothing is.
std::string mass_change_of(const Losses& losses, const MassChangeLimit& limit);
// Whether an administrator who reads of the one knows of the other: what is a
// mass differs by no more than a few percent.
bool are_alike(const Losses& held, const Losses& now,
               const MassChangeLimit& limit);
// Whether an administrator has accepted as much, not long ago.
bool is_accepted(const HeldGeneration& held, const std::string& source,
                 const Losses& losses, const MassChangeLimit& limit,
                 Instant now);

// Together with what the last day lost.
Losses with_earlier(Database& database, const Losses& losses, Instant now);
void note_losses(Database& database, const Losses& losses, Instant now);
// What is counted is another thing now: so many.
void measure_from(Database& database, Loss kind, std::int64_t had);
void forget_losses(Database& database);

}  // namespace mfa
