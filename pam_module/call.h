// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <security/pam_modules.h>

#include "pam_module/arguments.h"

namespace mfa::pam {

// One call of libpam into this module.
struct Call {
  pam_handle_t* pamh = nullptr;
  int flags = 0;
  Arguments arguments;
};

}  // namespace mfa::pam
