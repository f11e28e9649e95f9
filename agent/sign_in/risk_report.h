// SPDX-License-Identifier: BSD-3-Clause
//
// What a sign-in that is being confirmed does to the person's risk: what the
// central directory is to be told, and which risk counts for nothing here from
// now on, also while the directory is away. Pure.
//
// A new password that a user risk policy asked for takes the risk back. A
// second factor that a risk policy asked for says that it is the person; it
// is not enough where the risk is high, as of an account that an administrator
// has confirmed compromised, nor where nobody may see how high it is.
#pragma once

#include <optional>
#include <string>

#include "agent/sign_in/case.h"
#include "agent/store/directory_reports.h"

namespace mfa {

// `a_case` as it stands now, decided. nullopt: there is nothing to tell, or
// the central directory does not know the person or any risk of theirs.
std::optional<DirectoryReport> risk_report_of(const Case& a_case,
                                              bool new_password);

// The stamp of the risk that the second factor of `approved` ended; nullopt:
// it ended none, or not the one that is there now. `report` as above, of the
// sign-in as it stands now.
std::optional<std::string> risk_ended_by_second_factor(
    const SignIn& approved, const Rules& rules,
    const std::optional<DirectoryReport>& report);

}  // namespace mfa
