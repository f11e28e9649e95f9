// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "agent/base/escape.h"
#include "agent/directory/account_name.h"
#include "agent/directory/directory.h"
#include "agent/directory/nss.h"

namespace mfa {
namespace {

void check_account(const UserName& name, std::string_view key,
                   std::vector<std::string>& unresolved) {
  const auto fault = fault_of_account({}, name);
  if (!fault) {
    unresolved.push_back(fmt::format("{}: {}", key, fault.error().what));
  } else if (*fault) {
    unresolved.push_back(fmt::format("{}: {}", key, **fault));
  }
}

// `elsewhere`: a central directory may have what NSS does not.
void check_group(const std::string& name, std::string_view key, bool elsewhere,
                 std::vector<std::string>& unresolved) {
  const auto group = nss::find_group({}, name);
  if (!group) {
    unresolved.push_back(fmt::format("{}: {}", key, group.error().what));
  } else if (!*group && !elsewhere) {
    unresolved.push_back(
        fmt::format("{}: there is no group {}: until there is, everybody "
                    "counts as possibly holding the role",
                    key, quoted(name)));
  }
}

}  // namespace

std::vector<std::string> unresolved_names(const Config& config) {
  std::vector<std::string> unresolved;
  for (const RoleMapping& mapping : config.roles) {
    const std::string key = fmt::format("roles: {}", quoted(mapping.role));
    for (const std::string& group : mapping.groups) {
      check_group(group, key, config.connector_user.has_value(), unresolved);
    }
    for (const UserName& user : mapping.users) {
      check_account(user, key, unresolved);
    }
  }
  for (const UserName& user : config.emergency_access) {
    check_account(user, "emergency_access", unresolved);
  }
  for (const Delegate& delegate : config.delegates) {
    check_account(delegate.account, "delegates", unresolved);
  }
  return unresolved;
}

std::optional<bool> account_exists(const std::string& name) {
  const auto account = nss::find_account({}, name);
  if (!account) return std::nullopt;
  return account->has_value() && (*account)->name == name;
}

std::optional<bool> group_exists(const std::string& name) {
  const auto group = nss::find_group({}, name);
  if (!group) return std::nullopt;
  return group->has_value();
}

}  // namespace mfa
