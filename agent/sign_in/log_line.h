// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "agent/model/sign_in_record.h"

namespace mfa {

// The one line of a sign-in for syslog and the journal: key=value, outside
// strings quoted and escaped, the correlation id first.
std::string sign_in_line(const SignInRecord& record);

// Writes it at the level that fits: alert for an emergency account, notice
// for a denial, info otherwise.
void log_sign_in(const SignInRecord& record);

}  // namespace mfa
