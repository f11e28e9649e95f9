// SPDX-License-Identifier: BSD-3-Clause
//
// What the central directory is to be told of a sign-in that is being
// confirmed. Pure.
//
// A new password that a user risk policy asked for takes the risk back. A
// second factor that a risk policy asked for says that it is the person; it
// is not enough where the risk is high, as of an account that an administrator
// has confirmed compromised.
#pragma once

#include <optional>

#include "agent/sign_in/case.h"
#include "agent/store/directory_reports.h"

namespace mfa {

// `a_case` as it stands now, decided. nullopt: there is nothing to tell, or
// the central directory does not know the person or any risk of theirs.
std::optional<DirectoryReport> risk_report_of(const Case& a_case,
                                              bool new_password);

}  // namespace mfa
