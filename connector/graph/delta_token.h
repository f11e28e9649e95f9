// SPDX-License-Identifier: BSD-3-Clause
//
// What the agent keeps for us beside a generation: where the next delta goes
// on from, for which question, and since when. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/clock.h"

namespace mfa::connector::graph {

// Graph forgets a delta token after seven days; a day early is not too late.
inline constexpr std::chrono::hours kMaxDeltaTokenAge{6 * 24};
// Without a change, a token is handed in anew no more often than this.
inline constexpr std::chrono::hours kDeltaTokenRenewal{24};

struct DeltaLink {
  std::string link;
  Instant born;
};

struct DeltaToken {
  // What was asked for: with other properties selected, the links are of no
  // use.
  std::string question;
  DeltaLink users, groups;
};

std::string write_delta_token(const DeltaToken& token);

// nullopt: begin in full: none of ours, another question, too old, or from the
// future.
std::optional<DeltaToken> read_delta_token(std::string_view text,
                                           std::string_view question,
                                           Instant now);

// Of a source that brings no people: a token that leads nowhere.
inline constexpr char kNoDeltaToken[] = "{}";

}  // namespace mfa::connector::graph
