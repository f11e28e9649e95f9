// SPDX-License-Identifier: BSD-3-Clause
//
// The keys below `ldap`.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/config/readers.h"
#include "connector/config/ldap_attributes.h"
#include "connector/config/readers.h"
#include "connector/config/schema.h"
#include "connector/config/url.h"

namespace mfa::connector {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using yaml::error_at;
using yaml::Node;

constexpr std::size_t kMaxServers = 8;  // tried in turn, each with a timeout
constexpr std::size_t kMaxUrlBytes = 512;
constexpr std::size_t kMaxDnBytes = 1024;
constexpr std::size_t kMaxFilterBytes = 1024;
constexpr std::size_t kMaxAttributeBytes = 512;  // several names, at times
// Each asks the server for all that has changed.
constexpr seconds kLeastInterval{5};
constexpr seconds kMostInterval = hours(24);
// Each reads every entry's id.
constexpr seconds kLeastFullInterval = hours(1);
constexpr seconds kMostFullInterval = hours(24 * 30);
constexpr seconds kMostNetworkTimeout{30};

constexpr std::array<std::string_view, 3> kPresets = {"rfc2307", "rfc2307bis",
                                                      "ad"};
constexpr std::array<std::string_view, 4> kSyncs = {"automatic", "syncrepl",
                                                    "usn", "timestamp"};
constexpr std::array<std::string_view, 3> kBinds = {"simple", "external",
                                                    "gssapi"};

LdapConfig& ldap_of(Config& config) {
  if (!config.ldap) config.ldap.emplace();
  return *config.ldap;
}

// Reads one of `words` into an enum whose values stand in their order.
template <class Enum>
Result<> assign_choice(Enum& to, const Node& node, std::string_view name,
                       std::span<const std::string_view> words) {
  const auto index = read_choice(node, name, words);
  if (!index) return tl::unexpected(index.error());
  to = static_cast<Enum>(*index);
  return {};
}

bool is_server(std::string_view text) {
  if (text.starts_with("ldapi://")) return true;
  const auto url = parse_url(text);
  return url && (url->scheme == "ldaps" || url->scheme == "ldap");
}

Result<std::string> read_server(const Node& node) {
  auto text = yaml::text(node, "an entry of ldap.servers", kMaxUrlBytes);
  if (!text || is_server(*text)) return text;
  return error_at(
      node.place,
      quoted(*text) +
          " is no LDAP server; write ldaps://HOST, ldap://HOST (StartTLS is "
          "then required) or ldapi:// and the encoded path of a socket, with "
          ":PORT where it is not the usual one");
}

Result<std::vector<std::string>> read_servers(const Node& node) {
  if (auto ok = yaml::expect_list(node, "ldap.servers", kMaxServers); !ok) {
    return tl::unexpected(ok.error());
  }
  std::vector<std::string> servers;
  for (const Node& item : node.items) {
    auto server = read_server(item);
    if (!server) return tl::unexpected(server.error());
    servers.push_back(std::move(*server));
  }
  return servers;
}

// A first look, for typing mistakes: the server knows what a name is.
Result<std::string> read_dn(const Node& node, std::string_view name) {
  auto dn = read_optional_text(node, name, kMaxDnBytes);
  if (!dn || dn->empty() || dn->find('=') != dn->npos) return dn;
  return error_at(node.place,
                  fmt::format("{} is {}, which is no distinguished name; "
                              "write it as dc=example,dc=org",
                              name, quoted(*dn)));
}

bool has_matching_parentheses(std::string_view filter) {
  int depth = 0;
  for (std::size_t i = 0; i < filter.size(); ++i) {
    if (filter[i] == '(') ++depth;
    if (filter[i] == ')') --depth;
    if (depth < 0 || (depth == 0 && i + 1 < filter.size())) return false;
  }
  return depth == 0;
}

Result<std::string> read_filter(const Node& node, std::string_view name) {
  auto filter = read_optional_text(node, name, kMaxFilterBytes);
  if (!filter || filter->empty()) return filter;
  if (filter->front() == '(' && has_matching_parentheses(*filter)) {
    return filter;
  }
  return error_at(node.place,
                  fmt::format("{} is {}, which is no filter; write one pair of "
                              "parentheses around it: (objectClass=person)",
                              name, quoted(*filter)));
}

Result<std::string> read_attribute(const yaml::Entry& entry) {
  const auto known = ldap_attribute_names();
  if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
    return error_at(entry.place,
                    unknown_key(entry.key, known, "ldap.attributes"));
  }
  return read_optional_text(entry.value, "ldap.attributes." + entry.key,
                            kMaxAttributeBytes);
}

Result<std::map<std::string, std::string>> read_attributes(const Node& node) {
  if (auto ok = yaml::expect_map(node, "ldap.attributes",
                                 ldap_attribute_names().size() + 1);
      !ok) {
    return tl::unexpected(ok.error());
  }
  std::map<std::string, std::string> attributes;
  for (const yaml::Entry& entry : node.entries) {
    auto attribute = read_attribute(entry);
    if (!attribute) return tl::unexpected(attribute.error());
    attributes.emplace(entry.key, std::move(*attribute));
  }
  return attributes;
}

constexpr ConfigKey kKeys[] = {
    {"ldap.servers", "list of URLs", kRequired, "1 to 8",
     "the servers, tried in turn",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).servers, read_servers(node));
     }},
    {"ldap.preset", "choice", "rfc2307bis", "rfc2307, rfc2307bis or ad",
     "how the directory is laid out",
     [](const Node& node, Config& config) {
       return assign_choice(ldap_of(config).preset, node, "ldap.preset",
                            kPresets);
     }},
    {"ldap.sync", "choice", "automatic",
     "automatic, syncrepl, usn or timestamp", "how changes are learnt",
     [](const Node& node, Config& config) {
       return assign_choice(ldap_of(config).sync, node, "ldap.sync", kSyncs);
     }},
    {"ldap.bind", "choice", "simple", "simple, external or gssapi",
     "how the connector proves who it is",
     [](const Node& node, Config& config) {
       return assign_choice(ldap_of(config).bind, node, "ldap.bind", kBinds);
     }},
    {"ldap.bind_dn", "name", "\"\"", "at most 1024 bytes",
     "the connector's name in the directory",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).bind_dn, read_dn(node, "ldap.bind_dn"));
     }},
    {"ldap.password_file", "secret file", "\"\"", "",
     "the password of a simple bind",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).password_file,
                     read_optional_secret_file(node, "ldap.password_file"));
     }},
    {"ldap.keytab_file", "secret file", "\"\"", "", "the keys of a GSSAPI bind",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).keytab_file,
                     read_optional_secret_file(node, "ldap.keytab_file"));
     }},
    {"ldap.ca_file", "path", "\"\"", "",
     "the authorities that servers' certificates must come from",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).ca_file,
                     read_optional_path(node, "ldap.ca_file"));
     }},
    {"ldap.certificate_file", "path", "\"\"", "",
     "the connector's own certificate",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).certificate_file,
                     read_optional_path(node, "ldap.certificate_file"));
     }},
    {"ldap.key_file", "secret file", "\"\"", "",
     "the private key of that certificate",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).key_file,
                     read_optional_secret_file(node, "ldap.key_file"));
     }},
    {"ldap.base", "name", kRequired, "at most 1024 bytes",
     "below which everything is looked for",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).base, read_dn(node, "ldap.base"));
     }},
    {"ldap.people_base", "name", "\"\"", "at most 1024 bytes",
     "below which people are looked for; \"\" for base",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).people_base,
                     read_dn(node, "ldap.people_base"));
     }},
    {"ldap.groups_base", "name", "\"\"", "at most 1024 bytes",
     "below which groups are looked for; \"\" for base",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).groups_base,
                     read_dn(node, "ldap.groups_base"));
     }},
    {"ldap.devices_base", "name", "\"\"", "at most 1024 bytes",
     "below which devices are looked for; \"\" for none",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).devices_base,
                     read_dn(node, "ldap.devices_base"));
     }},
    {"ldap.people_filter", "filter", "\"\"", "at most 1024 bytes",
     "which entries are people; \"\" for the preset's",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).people_filter,
                     read_filter(node, "ldap.people_filter"));
     }},
    {"ldap.groups_filter", "filter", "\"\"", "at most 1024 bytes",
     "which entries are groups; \"\" for the preset's",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).groups_filter,
                     read_filter(node, "ldap.groups_filter"));
     }},
    {"ldap.devices_filter", "filter", "\"\"", "at most 1024 bytes",
     "which entries are devices; \"\" for the preset's",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).devices_filter,
                     read_filter(node, "ldap.devices_filter"));
     }},
    {"ldap.attributes", "map of attributes", "{}", "at most 512 bytes",
     "what the directory calls what we need",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).attributes, read_attributes(node));
     }},
    {"ldap.interval", "duration", "60s", "5s to 24h",
     "how often changes are asked for, where the server does not tell them",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).interval,
                     read_duration_between(node, "ldap.interval",
                                           kLeastInterval, kMostInterval));
     }},
    {"ldap.full_interval", "duration", "24h", "1h to 30d",
     "how often is looked for what is gone, where changes do not say it",
     [](const Node& node, Config& config) {
       return assign(
           ldap_of(config).full_interval,
           read_duration_between(node, "ldap.full_interval", kLeastFullInterval,
                                 kMostFullInterval));
     }},
    {"ldap.network_timeout", "duration", "10s", "1s to 30s",
     "how long connecting may take; one answer, six times that",
     [](const Node& node, Config& config) {
       return assign(ldap_of(config).network_timeout,
                     read_duration_between(node, "ldap.network_timeout",
                                           seconds(1), kMostNetworkTimeout));
     }},
};

// The place of a key, or of the map where it is missing.
const yaml::Place& place_of(const Node& map, std::string_view key) {
  const Node* node = map.find(key);
  return node ? node->place : map.place;
}

Result<> check_bind(const Node& map, const LdapConfig& ldap) {
  const bool is_simple = ldap.bind == LdapConfig::Bind::simple;
  if (is_simple && ldap.bind_dn.empty()) {
    return error_at(place_of(map, "bind"),
                    "ldap.bind_dn is missing; write the name of an account "
                    "that may read people and groups, or another ldap.bind");
  }
  if (is_simple && ldap.password_file.empty()) {
    return error_at(place_of(map, "bind_dn"),
                    "ldap.password_file is missing; name the file that holds "
                    "the password of ldap.bind_dn");
  }
  if (!is_simple && !ldap.password_file.empty()) {
    return error_at(place_of(map, "password_file"),
                    "ldap.password_file has no meaning with this ldap.bind; "
                    "remove it, or write bind: simple");
  }
  if (ldap.bind != LdapConfig::Bind::gssapi && !ldap.keytab_file.empty()) {
    return error_at(place_of(map, "keytab_file"),
                    "ldap.keytab_file has no meaning with this ldap.bind; "
                    "remove it, or write bind: gssapi");
  }
  return {};
}

bool is_local(std::string_view server) {
  return server.starts_with("ldapi://");
}

Result<> check_certificate(const Node& map, const LdapConfig& ldap) {
  if (ldap.certificate_file.empty() != ldap.key_file.empty()) {
    return error_at(ldap.key_file.empty() ? place_of(map, "certificate_file")
                                          : place_of(map, "key_file"),
                    "ldap.certificate_file and ldap.key_file belong together; "
                    "write both");
  }
  const bool needs_certificate =
      ldap.bind == LdapConfig::Bind::external &&
      !std::all_of(ldap.servers.begin(), ldap.servers.end(), is_local);
  if (needs_certificate && ldap.certificate_file.empty()) {
    return error_at(place_of(map, "bind"),
                    "ldap.bind: external proves the connector by its "
                    "certificate; write ldap.certificate_file and "
                    "ldap.key_file");
  }
  return {};
}

}  // namespace

std::span<const ConfigKey> ldap_keys() { return kKeys; }

Result<> check_ldap(const Node& map, const LdapConfig& ldap) {
  if (ldap.servers.empty()) {
    return error_at(place_of(map, "servers"),
                    "ldap.servers names no server; write [ldaps://HOST]");
  }
  if (ldap.base.empty()) {
    return error_at(place_of(map, "base"),
                    "ldap.base is missing; write what everything is below, "
                    "such as dc=example,dc=org");
  }
  if (auto ok = check_bind(map, ldap); !ok) return ok;
  return check_certificate(map, ldap);
}

}  // namespace mfa::connector
