// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>

#include "agent/base/escape.h"
#include "agent/config/config.h"
#include "agent/config/nearest.h"
#include "agent/config/role_names.h"

namespace mfa {
namespace {

void warn_of_role(const RoleMapping& mapping,
                  std::vector<std::string>& warnings) {
  const std::string role = quoted(mapping.role);
  if (mapping.groups.empty() && mapping.users.empty()) {
    warnings.push_back(fmt::format(
        "roles: nobody holds {}; name groups or users, or remove it", role));
  }
  std::vector<std::string_view> names;
  for (const RoleName& known : known_roles()) {
    if (known.display_name == mapping.role) return;
    names.push_back(known.display_name);
  }
  if (const auto meant = nearest(mapping.role, names)) {
    warnings.push_back(
        fmt::format("roles: {} is not a role of Microsoft Entra; did you mean "
                    "\"{}\"?",
                    role, *meant));
  }
}

void warn_of_emergency_access(const Config& config,
                              std::vector<std::string>& warnings) {
  if (config.emergency_access.empty()) {
    warnings.push_back(
        "emergency_access names nobody: when every administrator has lost "
        "the second factor, nobody can sign in to mend it; name an account "
        "whose password is locked away");
    if (!config.emergency_access_from.empty()) {
      warnings.push_back(
          "emergency_access_from has no effect while emergency_access names "
          "nobody");
    }
  } else if (config.console_services.empty()) {
    warnings.push_back(
        "console_services is empty: no emergency account works on the "
        "console; name the service of the console's login");
  }
}

}  // namespace

std::vector<std::string> warnings(const Config& config) {
  std::vector<std::string> all;
  warn_of_emergency_access(config, all);
  for (const RoleMapping& mapping : config.roles) warn_of_role(mapping, all);
  return all;
}

}  // namespace mfa
