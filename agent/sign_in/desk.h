// SPDX-License-Identifier: BSD-3-Clause
//
// What a sign-in needs of the rest of the agent. Everything outlives it.
#pragma once

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "agent/directory/directory.h"
#include "agent/rules/live_rules.h"
#include "agent/sign_in/approvals.h"
#include "agent/store/store.h"

namespace mfa {

struct Desk {
  Store& store;
  Directory& directory;
  LiveRules& rules;
  const Clock& clock;
  Random& random;
  Approvals& approvals;
};

}  // namespace mfa
