// SPDX-License-Identifier: BSD-3-Clause
//
// What a policy can ask for before it lets anybody in. The order of the
// enumeration is the order in which they are asked for.
#pragma once

#include "agent/model/enum_set.h"

namespace mfa {

enum class Control {
  mfa,
  authentication_strength,
  compliant_device,
  domain_joined_device,
  approved_application,
  compliant_application,
  risk_remediation,
  password_change,
  terms_of_use,
  custom_authentication_factor,  // nothing here can ever meet one
};
using Controls = EnumSet<Control>;

}  // namespace mfa
