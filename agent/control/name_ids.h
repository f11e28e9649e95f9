// SPDX-License-Identifier: BSD-3-Clause
//
// Names of the configuration, as NSS knows them. nullopt: there is no such
// name, or NSS failed; then it is nobody. Block: for threads that may.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace mfa::control {

std::optional<gid_t> find_group(const std::string& name);
std::optional<uid_t> find_account_id(const std::string& name);

}  // namespace mfa::control
