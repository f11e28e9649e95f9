// SPDX-License-Identifier: BSD-3-Clause
//
// Every key of the connector's configuration, as tables: they drive parsing,
// and tests hold man/mfa-connector.yaml.5 and conf/mfa-connector.yaml against
// them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/yaml.h"
#include "connector/config/config.h"

namespace mfa::connector {

struct ConfigKey {
  std::string_view name;      // keys below a key are joined by a dot
  std::string_view type;      // as the manual page calls it
  std::string_view fallback;  // the default, as one would write it
  std::string_view limits;    // "" when the type says it all
  std::string_view meaning;   // one line
  Result<> (*read)(const yaml::Node&, Config&);
};

// `fallback` of a key that must be written.
inline constexpr std::string_view kRequired = "none";

std::span<const ConfigKey> ldap_keys();
std::span<const ConfigKey> graph_keys();
// These and those outside both.
const std::vector<ConfigKey>& config_keys();

// What no key can see alone. `map`: the value of `ldap` or of `graph`.
Result<> check_ldap(const yaml::Node& map, const LdapConfig& ldap);
Result<> check_graph(const yaml::Node& map, const GraphConfig& graph);

}  // namespace mfa::connector
