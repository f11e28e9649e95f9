// SPDX-License-Identifier: BSD-3-Clause
//
// Which risk is worse than which. What is hidden, or not there, is none that a
// policy could ask for.
#pragma once

#include "agent/cache/mass_change.h"
#include "agent/model/sign_in_facts.h"

namespace mfa {

// 0: no risk; else the greater, the worse.
constexpr int risk_rank(RiskLevel level) {
  switch (level) {
    case RiskLevel::low:
      return 1;
    case RiskLevel::medium:
      return 2;
    case RiskLevel::high:
      return 3;
    case RiskLevel::none:
    case RiskLevel::hidden:
      return 0;
  }
  return 0;
}

constexpr bool is_risk(RiskLevel level) { return risk_rank(level) > 0; }
constexpr bool is_risky(RiskLevel level) { return risk_rank(level) > 1; }

// One person's risk, before and after a change.
inline void count_less_risk(int before, int after, Losses& losses) {
  if (after >= before) return;
  ++losses.of(before > 1 ? Loss::risks : Loss::low_risks).lost;
}

}  // namespace mfa
