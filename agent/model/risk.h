// SPDX-License-Identifier: BSD-3-Clause
//
// Graph's riskyUser, and what a policy may believe of it. One rule for whoever
// says it: the directory file, or a connector.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/model/sign_in_facts.h"

namespace mfa {

// Graph's riskState: what became of a risk.
enum class RiskState {
  none,
  confirmed_safe,
  remediated,
  dismissed,
  at_risk,
  confirmed_compromised,
};

// nullopt: unknown.
std::optional<RiskLevel> effective_risk(std::optional<RiskLevel> level,
                                        std::optional<RiskState> state);

// At risk, and not how much: no policy would match it.
bool is_risk_without_level(std::optional<RiskLevel> level,
                           std::optional<RiskState> state);

// Changes with each part. "" without `updated`: the same words could stand for
// a risk that was found anew.
std::string risk_stamp(std::optional<RiskLevel> level,
                       std::optional<RiskState> state,
                       std::string_view updated);

}  // namespace mfa
