// SPDX-License-Identifier: BSD-3-Clause
//
// What the policies say of a sign-in. Names follow Microsoft Graph;
// deny is the default value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/model/controls.h"

namespace mfa {

enum class Verdict { deny, block, challenge, grant };

// Graph's conditionalAccessWhatIfReasons: the first condition that failed.
enum class AnalysisReason {
  not_set,  // every condition matched
  not_enough_information,
  policy_not_enabled,
  users,
  application,
  user_actions,
  device_platform,
  devices,
  client_apps,
  location,
  sign_in_risk,
  user_risk,
  authentication_flow,
};

enum class PolicyOutcome {
  failed,
  blocked,
  interaction_required,
  satisfied,
  not_applied,
  not_enabled,
};

// Graph's appliedConditionalAccessPolicyResult, for the sign-in log.
// Values are stored by name.
enum class PolicyResult {
  failure,
  success,
  not_applied,
  not_enabled,
  report_only_failure,
  report_only_success,
  report_only_not_applied,
  report_only_interrupted,
};

// What one policy said. Of a policy that applies and needs interaction,
// `required` is what has to be done; of one that failed, what failed it.
struct PolicyFinding {
  AnalysisReason reason = AnalysisReason::not_set;
  PolicyOutcome outcome = PolicyOutcome::failed;
  PolicyResult result = PolicyResult::failure;
  Controls required;
  int error_code = 0;  // AADSTS number of a policy that failed or blocks

  bool applies() const {
    return outcome != PolicyOutcome::not_applied &&
           outcome != PolicyOutcome::not_enabled;
  }
  bool operator==(const PolicyFinding&) const = default;
};

enum class FrequencyUnit { hours, days };

struct SignInFrequency {
  bool every_time = false;
  unsigned value = 0;  // unless every_time
  FrequencyUnit unit = FrequencyUnit::hours;

  unsigned hours() const {
    return unit == FrequencyUnit::days ? value * 24 : value;
  }
  bool operator==(const SignInFrequency&) const = default;
};

enum class PersistentBrowser { always, never };

struct SessionControls {
  std::optional<SignInFrequency> sign_in_frequency;
  std::optional<PersistentBrowser> persistent_browser;
  bool operator==(const SessionControls&) const = default;
};

struct Decision {
  Verdict verdict = Verdict::deny;
  int error_code = 53003;      // AADSTS number; 0 unless blocked or denied
  Controls required_controls;  // with `challenge`
  SessionControls session_controls;
  std::vector<PolicyFinding> policies;  // one for each policy, in their order

  bool operator==(const Decision&) const = default;
};

// One policy's line in the sign-in log; see policy/policy_rows.h.
struct PolicyRow {
  std::string display_name;
  PolicyResult result = PolicyResult::failure;
  std::vector<std::string> enforced_grant_controls;
  bool operator==(const PolicyRow&) const = default;
};

}  // namespace mfa
