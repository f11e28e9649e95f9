// SPDX-License-Identifier: BSD-3-Clause
//
// What each verb does: ask the agent, print the answer. Returns the exit
// status; what went wrong is on standard error by then.
#pragma once

#include "agent/base/result.h"
#include "mfactl/arguments.h"
#include "mfactl/channel.h"

namespace mfa::mfactl {

int run(const Arguments& arguments);

// The longer ones, in files of their own.
int add_method(const Arguments& arguments, Channel& agent);
int check_config(const Arguments& arguments);

// Says it and gives the exit status.
int fail(const Error& error);

}  // namespace mfa::mfactl
