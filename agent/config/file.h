// SPDX-License-Identifier: BSD-3-Clause
//
// Reads the configuration from disk. What is trusted is checked on the open
// file, never on its path: a regular file, no symbolic link, owned by root or
// by whoever runs this program, writable by nobody else.
#pragma once

#include <string>

#include "agent/base/result.h"
#include "agent/config/config.h"

namespace mfa {

inline constexpr char kDefaultConfigFile[] = "/etc/mfa-agent/mfa-agent.yaml";

Result<Config> load_config(const std::string& path);

}  // namespace mfa
