// SPDX-License-Identifier: BSD-3-Clause
//
// What the policies say of a sign-in. Names follow Microsoft Graph;
// deny is the default value.
#pragma once

#include <string>
#include <vector>

namespace mfa {

enum class Verdict { deny, block, challenge, grant };

enum class PolicyResult { failure, success, not_applied, not_enabled };

struct PolicyRow {
  std::string display_name;
  PolicyResult result = PolicyResult::failure;
  std::vector<std::string> enforced_grant_controls;
};

struct Decision {
  Verdict verdict = Verdict::deny;
  int error_code = 53003;  // AADSTS number; 0 unless blocked or denied
  std::vector<std::string> required_controls;  // with `challenge`
  std::vector<PolicyRow> policies;             // every policy, in order
};

}  // namespace mfa
