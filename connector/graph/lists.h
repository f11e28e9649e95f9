// SPDX-License-Identifier: BSD-3-Clause
//
// The kinds of fact that Graph gives as whole lists: who holds a directory
// role, who is at risk, which devices there are.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "agent/base/result.h"
#include "connector/graph/generation.h"

namespace mfa::connector::graph {

// Entra has 130 of its own and permits 100 more.
inline constexpr std::size_t kMaxRoleDefinitions = 10'000;
// 40 bytes each, while devices are being brought.
inline constexpr std::size_t kMaxManagedDevices = 1'000'000;

// Assignments for the whole directory: those of an administrative unit or of a
// single object make nobody an administrator in the eyes of Conditional
// Access.
Result<WalkEnd> bring_roles(const Tenant& tenant, Destination& to);

Result<WalkEnd> bring_risks(const Tenant& tenant, Destination& to);

// Joined with what Intune says of them, where that is permitted; what Intune
// has decided goes before the directory's word. `not_permitted` is called when
// it is not.
using Notice = std::function<void(const std::string& what)>;
Result<WalkEnd> bring_devices(const Tenant& tenant, Destination& to,
                              const Notice& not_permitted);

}  // namespace mfa::connector::graph
