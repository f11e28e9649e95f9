// SPDX-License-Identifier: BSD-3-Clause
//
// Every key of the configuration, as one table: it drives parsing, and tests
// hold man/mfa-agent.yaml.5 and conf/mfa-agent.yaml against it.
#pragma once

#include <span>
#include <string_view>

#include "agent/base/result.h"
#include "agent/config/config.h"
#include "agent/config/yaml.h"

namespace mfa {

struct ConfigKey {
  std::string_view name;      // keys below a key are joined by a dot
  std::string_view type;      // as the manual page calls it
  std::string_view fallback;  // the default, as one would write it
  std::string_view limits;    // "" when the type says it all
  std::string_view meaning;   // one line
  Result<> (*read)(const yaml::Node&, Config&);
};

std::span<const ConfigKey> config_keys();

}  // namespace mfa
