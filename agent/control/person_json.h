// SPDX-License-Identifier: BSD-3-Clause
//
// Methods and people as the interface file describes them. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/control/varlink.h"
#include "agent/model/method.h"
#include "agent/model/sign_in.h"
#include "agent/rules/rules.h"
#include "agent/store/store.h"

namespace mfa::control {

Json method_json(const Method& method);
Json methods_json(const std::vector<Method>& methods);

// Graph's perUserMfaState: "disabled"; "enabled", required by hand and nothing
// is registered yet; "enforced".
std::string_view per_user_mfa_state(const PersonState& state);

// `account`: nullopt when there is none of that name (any more).
Json user_json(const UserName& name, const std::optional<Person>& account,
               const PersonDetail& detail, const Rules& rules, const Now& now);

}  // namespace mfa::control
