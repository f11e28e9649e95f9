// SPDX-License-Identifier: BSD-3-Clause
//
// What the application told libpam, as text. The views live until the item
// is set anew.
#pragma once

#include <security/pam_modules.h>

#include <optional>
#include <string_view>

namespace mfa::pam {

// PAM_SERVICE, PAM_USER, PAM_RHOST, ...; nullopt: not set.
std::optional<std::string_view> item(pam_handle_t* pamh, int type);

// For names that compare with nothing: "" where the item is not set.
std::string_view item_or_empty(pam_handle_t* pamh, int type);

}  // namespace mfa::pam
