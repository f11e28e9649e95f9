// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <security/pam_modules.h>

#include "pam_module/arguments.h"

namespace mfa::pam {

// One call of libpam into this module.
struct Call {
  pam_handle_t* pamh = nullptr;
  unsigned flags = 0;  // PAM_SILENT, PAM_DISALLOW_NULL_AUTHTOK
  Arguments arguments;
};

}  // namespace mfa::pam
