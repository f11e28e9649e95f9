// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/resilience.h"

#include <cstddef>

namespace mfa {
namespace {

// Conditions before the one that failed have matched.
bool failed_for_lack_of_risk(const PolicyFinding& finding,
                             const SignInFacts& facts) {
  return (finding.reason == AnalysisReason::sign_in_risk &&
          !facts.sign_in_risk) ||
         (finding.reason == AnalysisReason::user_risk && !facts.user_risk);
}

}  // namespace

bool waits_for_unknown_risk(const Policies& policies, const SignInFacts& facts,
                            const Decision& decision) {
  for (std::size_t i = 0; i < policies.list.size(); ++i) {
    const Policy& policy = policies.list[i];
    if (policy.state == PolicyState::enabled &&
        policy.disable_resilience_defaults &&
        failed_for_lack_of_risk(decision.policies[i], facts)) {
      return true;
    }
  }
  return false;
}

}  // namespace mfa
