// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace mfa::control {

// nullopt: no such group, or NSS failed; then nobody is a member. Blocks: for
// start and reload.
std::optional<gid_t> find_group(const std::string& name);

}  // namespace mfa::control
