// SPDX-License-Identifier: BSD-3-Clause
//
// Records as the agent's protocol has them (org.pammfa.Connector.varlink), one
// JSON text each. Null members are left out. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connector/model/records.h"

namespace mfa::connector {

// nullopt: a text in it is not UTF-8. What cannot be sent as it is must not be
// sent as something else: two ids could become one.
std::optional<std::string> to_json(const Person& person);
std::optional<std::string> to_json(const Group& group);
std::optional<std::string> to_json(const RoleAssignment& assignment);
std::optional<std::string> to_json(const Risk& risk);
std::optional<std::string> to_json(const Device& device);
std::optional<std::string> to_json(std::string_view text);

std::string_view name_of(Kind kind);

}  // namespace mfa::connector
