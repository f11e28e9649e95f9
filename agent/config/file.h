// SPDX-License-Identifier: BSD-3-Clause
//
// Reads the configuration from disk.
#pragma once

#include <string>

#include "agent/base/result.h"
#include "agent/config/config.h"

namespace mfa {

inline constexpr char kDefaultConfigFile[] = "/etc/mfa-agent/mfa-agent.yaml";

Result<Config> load_config(const std::string& path);

}  // namespace mfa
