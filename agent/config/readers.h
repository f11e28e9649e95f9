// SPDX-License-Identifier: BSD-3-Clause
//
// From nodes to the values of config.h. `name` is what errors call the node.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/config.h"
#include "agent/config/yaml.h"

namespace mfa {

// More roles than Entra has; more entries belong into a group.
inline constexpr std::size_t kMaxRoles = 256;
inline constexpr std::size_t kMaxDelegates = 256;
inline constexpr std::size_t kMaxListEntries = 1000;
inline constexpr std::size_t kMaxRoleNameBytes = 128;
inline constexpr std::size_t kMaxServiceBytes = 255;  // NAME_MAX
// sockaddr_un's path has 108 bytes with its NUL, and the longest name in it,
// "/connector.sock", has 15.
inline constexpr std::size_t kMaxRuntimeDirectoryBytes = 108 - 1 - 15;
inline constexpr std::size_t kMaxStateDirectoryBytes = 1024;
inline constexpr std::size_t kMaxPathBytes = 1024;
inline constexpr std::chrono::seconds kMaxDuration = std::chrono::days(3650);
// Beyond it a fact says more of the past than of the person.
inline constexpr std::chrono::seconds kMaxHardAge = std::chrono::days(30);
inline constexpr std::size_t kMaxTermsOfUse = 40;  // Entra's limit
// Shown inside one prompt, which the wire bounds at 16 KiB.
inline constexpr std::size_t kMaxTermsTextBytes = 8192;
inline constexpr std::size_t kMaxTermsVersionBytes = 64;

template <class T>
Result<> assign(T& to, Result<T> value) {
  if (!value) return tl::unexpected(std::move(value.error()));
  to = std::move(*value);
  return {};
}

// Absolute, no "..", not "/" itself; slashes at the end are dropped.
Result<std::string> read_path(const yaml::Node& node, std::string_view name,
                              std::size_t longest);
// The same, or "" for none.
Result<std::string> read_optional_path(const yaml::Node& node,
                                       std::string_view name);
Result<std::string> read_group(const yaml::Node& node, std::string_view name,
                               std::size_t longest);
Result<std::string> read_issuer(const yaml::Node& node, std::string_view name,
                                std::size_t longest);

// A number with its unit: "90s", "15m", "24h", "30d"; never 0.
Result<std::chrono::seconds> read_duration(
    const yaml::Node& node, std::string_view name,
    std::chrono::seconds longest = kMaxDuration);
// `{soft: 1h, hard: 24h}`; what is left out stays as it is in `otherwise`.
Result<FactAge> read_age(const yaml::Node& node, std::string_view name,
                         FactAge otherwise);

Result<std::vector<std::string>> read_services(const yaml::Node& node,
                                               std::string_view name);
Result<std::vector<UserName>> read_users(const yaml::Node& node,
                                         std::string_view name);
// One account, or "" for none.
Result<std::optional<UserName>> read_optional_user(const yaml::Node& node,
                                                   std::string_view name);
// "SHA256:..." of SSH keys.
Result<std::vector<std::string>> read_fingerprints(const yaml::Node& node,
                                                   std::string_view name);
// Any network; read_networks wants no bits set behind the prefix, and not
// every address there is.
Result<Network> read_network(const yaml::Node& node, std::string_view name);
Result<std::vector<Network>> read_networks(const yaml::Node& node,
                                           std::string_view name);

Result<std::vector<RoleMapping>> read_roles(const yaml::Node& node);
Result<std::vector<Delegate>> read_delegates(const yaml::Node& node);
Result<std::vector<TermsOfUse>> read_terms_of_use(const yaml::Node& node);

}  // namespace mfa
