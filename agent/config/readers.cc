// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/readers.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/config/role_names.h"
#include "agent/model/ssh_key.h"

namespace mfa {
namespace {

using yaml::error_at;
using yaml::Node;

constexpr std::size_t kMaxNameBytes = 256;    // of a user or a group
constexpr std::size_t kMaxNetworkBytes = 64;  // an IPv6 network has up to 49
constexpr std::size_t kMaxFingerprintBytes = 128;  // SHA256:... has 50
constexpr std::string_view kRoleKeys[] = {"groups", "users"};

// Reads a list whose items `read` turns into T.
template <class T, class Read>
Result<std::vector<T>> read_list(const Node& node, std::string_view name,
                                 Read read) {
  if (auto ok = yaml::expect_list(node, name, kMaxListEntries); !ok) {
    return tl::unexpected(ok.error());
  }
  const std::string item_name = fmt::format("an entry of {}", name);
  std::vector<T> values;
  for (const Node& item : node.items) {
    Result<T> value = read(item, item_name);
    if (!value) return tl::unexpected(value.error());
    values.push_back(std::move(*value));
  }
  return values;
}

Result<UserName> as_user(const yaml::Place& place, std::string_view text) {
  if (auto user = UserName::parse(text)) return std::move(*user);
  return error_at(place, quoted(text) +
                             " cannot be the name of an account; write it as "
                             "`getent passwd` shows it");
}

Result<UserName> read_user(const Node& node, std::string_view name) {
  const auto text = yaml::text(node, name, kMaxNameBytes);
  if (!text) return tl::unexpected(text.error());
  return as_user(node.place, *text);
}

Result<std::string> read_service(const Node& node, std::string_view name) {
  auto service = yaml::text(node, name, kMaxServiceBytes);
  if (!service) return service;
  // A space is a comma that somebody forgot.
  if (service->find_first_of("/ ") != service->npos || *service == "." ||
      *service == "..") {
    return error_at(node.place, quoted(*service) +
                                    " is no PAM service; write the name of "
                                    "its file in /etc/pam.d");
  }
  // One name, one rule: a list with "sudo-i" alone would look as if it
  // treated the two differently.
  if (const auto family = service_family(*service); family != *service) {
    return error_at(node.place,
                    fmt::format("{} follows the rules of {}; write {}",
                                *service, family, family));
  }
  return service;
}

Address address_part(std::string_view network) {
  return Address::parse(network.substr(0, network.find('/')))
      .value_or(Address());
}

bool spans(const Network& network, const char* first, const char* last) {
  return network.contains(*Address::parse(first)) &&
         network.contains(*Address::parse(last));
}

bool is_everywhere(const Network& network) {
  return spans(network, "0.0.0.0", "255.255.255.255") ||
         spans(network, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

Result<Network> read_tidy_network(const Node& node, std::string_view name) {
  auto network = read_network(node, name);
  if (!network) return network;
  const std::string& text = node.scalar;
  const std::string canonical = network->str();
  if (address_part(text) != address_part(canonical)) {
    return error_at(node.place,
                    fmt::format("{} has bits set behind its prefix; write {}",
                                text, canonical));
  }
  if (is_everywhere(*network)) {
    return error_at(node.place,
                    text +
                        " is every address there is; name the networks "
                        "of your administrators");
  }
  return *network;
}

Result<std::string> read_group_entry(const Node& node, std::string_view name) {
  return read_group(node, name, kMaxNameBytes);
}

Result<std::string> read_fingerprint(const Node& node, std::string_view name) {
  auto text = yaml::text(node, name, kMaxFingerprintBytes);
  if (!text || is_ssh_fingerprint(*text)) return text;
  return error_at(node.place, quoted(*text) +
                                  " is no fingerprint; write the SHA256:... "
                                  "that `ssh-keygen -lf CA.pub` prints");
}

Result<> read_role_key(const yaml::Entry& entry, RoleMapping& mapping) {
  const std::string name =
      fmt::format("{} of role {}", entry.key, quoted(mapping.role));
  if (entry.key == "groups") {
    return assign(mapping.groups,
                  read_list<std::string>(entry.value, name, read_group_entry));
  }
  if (entry.key == "users") {
    return assign(mapping.users, read_users(entry.value, name));
  }
  return error_at(entry.place,
                  unknown_key(entry.key, kRoleKeys,
                              fmt::format("role {}", quoted(mapping.role))));
}

Result<RoleMapping> read_role(const yaml::Entry& entry) {
  const std::string& key = entry.key;
  if (key.empty() || key.size() > kMaxRoleNameBytes || escaped(key) != key) {
    return error_at(entry.place,
                    fmt::format("{} cannot be a role; write its display name, "
                                "1 to {} visible characters",
                                quoted(key), kMaxRoleNameBytes));
  }
  RoleMapping mapping{role_display_name(key), {}, {}};
  const std::string name = fmt::format("role {}", quoted(mapping.role));
  if (auto ok = yaml::expect_map(entry.value, name, std::size(kRoleKeys) + 1);
      !ok) {
    return tl::unexpected(ok.error());
  }
  for (const yaml::Entry& part : entry.value.entries) {
    if (auto ok = read_role_key(part, mapping); !ok) {
      return tl::unexpected(ok.error());
    }
  }
  return mapping;
}

bool has_role(const std::vector<RoleMapping>& roles, std::string_view role) {
  return std::any_of(
      roles.begin(), roles.end(),
      [role](const RoleMapping& mapping) { return mapping.role == role; });
}

}  // namespace

Result<std::string> read_path(const Node& node, std::string_view name,
                              std::size_t longest) {
  auto path = yaml::text(node, name, longest);
  if (!path) return path;
  while (path->size() > 1 && path->back() == '/') path->pop_back();
  const std::string framed = *path + '/';
  if (path->front() != '/' || *path == "/" ||
      framed.find("/../") != framed.npos || framed.find("/./") != framed.npos ||
      framed.find("//") != framed.npos) {
    return error_at(node.place, fmt::format("{} is {}; write an absolute path, "
                                            "without . and ..",
                                            name, quoted(node.scalar)));
  }
  return path;
}

Result<std::string> read_optional_path(const Node& node,
                                       std::string_view name) {
  if (node.kind == Node::Kind::scalar && node.scalar.empty()) return {};
  return read_path(node, name, kMaxPathBytes);
}

Result<std::string> read_group(const Node& node, std::string_view name,
                               std::size_t longest) {
  auto group = yaml::text(node, name, longest);
  if (group && group->find_first_of(":,/") != group->npos) {
    return error_at(node.place, quoted(*group) +
                                    " cannot be the name of a group; write "
                                    "it as `getent group` shows it");
  }
  return group;
}

Result<std::string> read_issuer(const Node& node, std::string_view name,
                                std::size_t longest) {
  if (node.kind == Node::Kind::scalar && node.scalar.empty()) return {};
  auto issuer = yaml::text(node, name, longest);
  // A colon ends the issuer in an otpauth URI.
  if (issuer && issuer->find(':') != issuer->npos) {
    return error_at(node.place,
                    fmt::format("{} has a colon; leave it out", name));
  }
  return issuer;
}

Result<std::vector<std::string>> read_services(const Node& node,
                                               std::string_view name) {
  return read_list<std::string>(node, name, read_service);
}

Result<std::vector<UserName>> read_users(const Node& node,
                                         std::string_view name) {
  return read_list<UserName>(node, name, read_user);
}

Result<Network> read_network(const Node& node, std::string_view name) {
  const auto text = yaml::text(node, name, kMaxNetworkBytes);
  if (!text) return tl::unexpected(text.error());
  const auto network = Network::parse(*text);
  if (!network) {
    return error_at(node.place, quoted(*text) +
                                    " is no network; write 192.0.2.0/24, "
                                    "2001:db8::/32 or one address");
  }
  return *network;
}

Result<std::vector<Network>> read_networks(const Node& node,
                                           std::string_view name) {
  return read_list<Network>(node, name, read_tidy_network);
}

Result<std::optional<UserName>> read_optional_user(const Node& node,
                                                   std::string_view name) {
  if (node.kind == Node::Kind::scalar && node.scalar.empty()) return {};
  return read_user(node, name);
}

Result<std::vector<std::string>> read_fingerprints(const Node& node,
                                                   std::string_view name) {
  return read_list<std::string>(node, name, read_fingerprint);
}

Result<std::vector<RoleMapping>> read_roles(const Node& node) {
  if (auto ok = yaml::expect_map(node, "roles", kMaxRoles); !ok) {
    return tl::unexpected(ok.error());
  }
  std::vector<RoleMapping> roles;
  for (const yaml::Entry& entry : node.entries) {
    auto mapping = read_role(entry);
    if (!mapping) return tl::unexpected(mapping.error());
    if (has_role(roles, mapping->role)) {
      return error_at(entry.place,
                      "the role " + quoted(mapping->role) +
                          " stands here a second time, under another name; "
                          "keep one of them");
    }
    roles.push_back(std::move(*mapping));
  }
  return roles;
}

Result<std::vector<Delegate>> read_delegates(const Node& node) {
  if (auto ok = yaml::expect_map(node, "delegates", kMaxDelegates); !ok) {
    return tl::unexpected(ok.error());
  }
  std::vector<Delegate> delegates;
  for (const yaml::Entry& entry : node.entries) {
    auto account = as_user(entry.place, entry.key);
    if (!account) return tl::unexpected(account.error());
    auto services =
        read_services(entry.value, fmt::format("delegates.{}", account->str()));
    if (!services) return tl::unexpected(services.error());
    delegates.push_back({std::move(*account), std::move(*services)});
  }
  return delegates;
}

}  // namespace mfa
