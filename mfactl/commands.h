// SPDX-License-Identifier: BSD-3-Clause
//
// What each verb does: ask the agent, print the answer; some need no agent.
// Returns the exit status; what went wrong is on standard error by then.
#pragma once

#include "agent/base/result.h"
#include "mfactl/arguments.h"
#include "mfactl/channel.h"

namespace mfa::mfactl {

int run(const Arguments& arguments);

// The longer ones, in files of their own.
int add_method(const Arguments& arguments, Channel& agent);
int check_config(const Arguments& arguments);
int evaluate_policies(const Arguments& arguments);
int test_policies(const Arguments& arguments);
int lint_policies(const Arguments& arguments);

// Says it and gives the exit status.
int fail(const Error& error);
int cannot_use(const Error& error);  // of a file that was named

}  // namespace mfa::mfactl
