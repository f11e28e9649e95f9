// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/risk.h"

#include "agent/model/graph_names.h"

namespace mfa {

std::optional<RiskLevel> effective_risk(std::optional<RiskLevel> level,
                                        std::optional<RiskState> state) {
  if (!state) return level;
  switch (*state) {
    case RiskState::confirmed_safe:
    case RiskState::remediated:
    case RiskState::dismissed:
      return RiskLevel::none;
    case RiskState::confirmed_compromised:
      return RiskLevel::high;
    case RiskState::none:
      return level.value_or(RiskLevel::none);
    case RiskState::at_risk:
      break;
  }
  return level;
}

bool is_risk_without_level(std::optional<RiskLevel> level,
                           std::optional<RiskState> state) {
  return state == RiskState::at_risk &&
         level.value_or(RiskLevel::none) == RiskLevel::none;
}

// The parts are joined by what none of the words can hold.
std::string risk_stamp(std::optional<RiskLevel> level,
                       std::optional<RiskState> state,
                       std::string_view updated) {
  if (updated.empty()) return {};
  std::string stamp;
  if (level) stamp += graph_name(*level);
  stamp += '/';
  if (state) stamp += graph_name(*state);
  stamp += '/';
  return stamp += updated;
}

}  // namespace mfa
