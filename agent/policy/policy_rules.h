// SPDX-License-Identifier: BSD-3-Clause
//
// The rules between the parts of one policy, checked once all are read. Pure.
#pragma once

#include "agent/base/result.h"
#include "agent/config/yaml.h"
#include "agent/policy/policy.h"

namespace mfa {

// passwordChange has one legal form. `policy` is what was `read`.
Result<> check_password_change(const yaml::Node& policy, const Policy& read);

}  // namespace mfa
