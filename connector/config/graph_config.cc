// SPDX-License-Identifier: BSD-3-Clause
//
// The keys below `graph`.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/config/readers.h"
#include "connector/config/readers.h"
#include "connector/config/schema.h"
#include "connector/config/url.h"

namespace mfa::connector {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using yaml::error_at;
using yaml::Node;

constexpr std::size_t kMaxTenantBytes = 253;   // a domain
constexpr std::size_t kMaxClientIdBytes = 36;  // a UUID
constexpr std::size_t kMaxUrlBytes = 512;
// Graph throttles who asks more often, and the risk endpoints sooner.
constexpr seconds kLeastInterval{60};
constexpr seconds kLeastRiskInterval{10};
constexpr seconds kMostInterval = hours(24);
constexpr seconds kLeastTimeout{5};
constexpr seconds kMostTimeout{300};

constexpr std::array<std::string_view, 3> kCredentials = {
    "secret", "certificate", "managed_identity"};

// None that people may change about themselves: whoever could would choose
// whose account is theirs.
constexpr std::array<std::string_view, 4> kAccountProperties = {
    "mailNickname", "onPremisesSamAccountName", "userPrincipalName",
    "employeeId"};
constexpr std::string_view kExtensionAttribute = "extensionAttribute";
constexpr std::array<std::string_view, 15> kExtensionNumbers = {
    "1", "2",  "3",  "4",  "5",  "6",  "7", "8",
    "9", "10", "11", "12", "13", "14", "15"};

// Endpoints for many tenants: a token of one of them says nothing of whose
// directory is read.
constexpr std::array<std::string_view, 3> kManyTenants = {
    "common", "organizations", "consumers"};

GraphConfig& graph_of(Config& config) {
  if (!config.graph) config.graph.emplace();
  return *config.graph;
}

bool is_extension_attribute(std::string_view name) {
  if (!name.starts_with(kExtensionAttribute)) return false;
  name.remove_prefix(kExtensionAttribute.size());
  return std::find(kExtensionNumbers.begin(), kExtensionNumbers.end(), name) !=
         kExtensionNumbers.end();
}

bool is_uuid(std::string_view text) {
  if (text.size() != kMaxClientIdBytes) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
                        (c >= 'A' && c <= 'F');
    if (is_hyphen ? c != '-' : !is_hex) return false;
  }
  return true;
}

Result<std::string> read_tenant(const Node& node) {
  auto tenant = yaml::text(node, "graph.tenant", kMaxTenantBytes);
  if (!tenant) return tenant;
  const bool is_many = std::find(kManyTenants.begin(), kManyTenants.end(),
                                 *tenant) != kManyTenants.end();
  if (!is_many && is_host_name(*tenant)) return tenant;
  return error_at(node.place, quoted(*tenant) +
                                  " is not one tenant; write its id or one of "
                                  "its domains, such as example.org");
}

Result<std::string> read_client_id(const Node& node) {
  auto id = yaml::text(node, "graph.client_id", kMaxClientIdBytes);
  if (!id || is_uuid(*id)) return id;
  return error_at(node.place, quoted(*id) +
                                  " is no client id; write the application "
                                  "(client) id of the app registration");
}

// A server's URL as it was written, without a slash at the end.
Result<std::string> read_url(const Node& node, std::string_view name,
                             bool (*is_allowed)(const Url&),
                             std::string_view wanted) {
  auto text = yaml::text(node, name, kMaxUrlBytes);
  if (!text) return text;
  const auto url = parse_url(*text);
  if (!url || !is_allowed(*url)) {
    return error_at(node.place, fmt::format("{} is {}; write {}", name,
                                            quoted(*text), wanted));
  }
  if (text->ends_with('/')) text->pop_back();
  return text;
}

bool is_https(const Url& url) { return url.scheme == "https"; }

bool is_https_or_near(const Url& url) {
  return is_https(url) || (url.scheme == "http" && is_near(url));
}

bool is_web(const Url& url) { return is_https(url) || url.scheme == "http"; }

Result<std::string> read_https(const Node& node, std::string_view name) {
  return read_url(node, name, is_https, "https://HOST or https://HOST:PORT");
}

Result<std::string> read_proxy(const Node& node) {
  if (node.kind == Node::Kind::scalar && node.scalar.empty()) return {};
  return read_url(node, "graph.proxy", is_web,
                  "http://HOST:PORT or https://HOST:PORT");
}

Result<std::string> read_account_property(const Node& node) {
  constexpr std::string_view kName = "graph.account_property";
  auto property = yaml::text(node, kName, 64);
  if (!property || is_extension_attribute(*property)) return property;
  if (std::find(kAccountProperties.begin(), kAccountProperties.end(),
                *property) != kAccountProperties.end()) {
    return property;
  }
  return error_at(node.place,
                  fmt::format("{} cannot be {}; {}, or extensionAttribute1 to "
                              "15",
                              kName, quoted(*property),
                              advice(*property, kAccountProperties)));
}

Result<std::string> read_device_key_property(const Node& node) {
  constexpr std::string_view kName = "graph.device_key_property";
  auto property = read_optional_text(node, kName, 64);
  if (!property || property->empty() || is_extension_attribute(*property)) {
    return property;
  }
  return error_at(node.place,
                  fmt::format("{} cannot be {}; write extensionAttribute1 to "
                              "15, or \"\" for none",
                              kName, quoted(*property)));
}

Result<> read_credential(const Node& node, Config& config) {
  const auto index = read_choice(node, "graph.credential", kCredentials);
  if (!index) return tl::unexpected(index.error());
  graph_of(config).credential = static_cast<GraphConfig::Credential>(*index);
  return {};
}

constexpr ConfigKey kKeys[] = {
    {"graph.tenant", "text", kRequired, "at most 253 bytes",
     "the tenant's id or domain",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).tenant, read_tenant(node));
     }},
    {"graph.client_id", "text", kRequired, "36 characters",
     "the app registration",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).client_id, read_client_id(node));
     }},
    {"graph.credential", "choice", "secret",
     "secret, certificate or managed_identity",
     "how the connector proves who it is", read_credential},
    {"graph.secret_file", "secret file", "\"\"", "", "the client secret",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).secret_file,
                     read_optional_secret_file(node, "graph.secret_file"));
     }},
    {"graph.certificate_file", "path", "\"\"", "",
     "the certificate of the app registration",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).certificate_file,
                     read_optional_path(node, "graph.certificate_file"));
     }},
    {"graph.key_file", "secret file", "\"\"", "",
     "the private key of that certificate",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).key_file,
                     read_optional_secret_file(node, "graph.key_file"));
     }},
    {"graph.login_url", "URL", "https://login.microsoftonline.com", "https",
     "where tokens come from",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).login_url,
                     read_https(node, "graph.login_url"));
     }},
    {"graph.graph_url", "URL", "https://graph.microsoft.com", "https",
     "Microsoft Graph",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).graph_url,
                     read_https(node, "graph.graph_url"));
     }},
    {"graph.managed_identity_url", "URL", "http://169.254.169.254",
     "http only to a loopback or link-local address",
     "where a managed identity's tokens come from",
     [](const Node& node, Config& config) {
       return assign(
           graph_of(config).managed_identity_url,
           read_url(node, "graph.managed_identity_url", is_https_or_near,
                    "http:// with a loopback or link-local address, "
                    "or https://HOST"));
     }},
    {"graph.proxy", "URL", "\"\"", "", "through which all this is reached",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).proxy, read_proxy(node));
     }},
    {"graph.ca_file", "path", "\"\"", "",
     "the authorities that servers' certificates must come from",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).ca_file,
                     read_optional_path(node, "graph.ca_file"));
     }},
    {"graph.account_property", "text", "mailNickname",
     "mailNickname, onPremisesSamAccountName, userPrincipalName, employeeId "
     "or extensionAttribute1 to 15",
     "the property that names the Linux account",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).account_property,
                     read_account_property(node));
     }},
    {"graph.device_key_property", "text", "\"\"", "extensionAttribute1 to 15",
     "the property that holds a device's SSH keys",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).device_key_property,
                     read_device_key_property(node));
     }},
    {"graph.people", "boolean", "true", "", "whether people are fetched",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).people,
                     yaml::boolean(node, "graph.people"));
     }},
    {"graph.roles", "boolean", "true", "", "whether roles are fetched",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).roles,
                     yaml::boolean(node, "graph.roles"));
     }},
    {"graph.risks", "boolean", "true", "", "whether risks are fetched",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).risks,
                     yaml::boolean(node, "graph.risks"));
     }},
    {"graph.devices", "boolean", "true", "", "whether devices are fetched",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).devices,
                     yaml::boolean(node, "graph.devices"));
     }},
    {"graph.policies_folder", "path", "\"\"", "",
     "where the tenant's policies are written to; \"\" for not at all",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).policies_folder,
                     read_optional_path(node, "graph.policies_folder"));
     }},
    {"graph.interval", "duration", "300s", "60s to 24h",
     "how often changes are asked for",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).interval,
                     read_duration_between(node, "graph.interval",
                                           kLeastInterval, kMostInterval));
     }},
    {"graph.risk_interval", "duration", "60s", "10s to 24h",
     "how often risks are asked for",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).risk_interval,
                     read_duration_between(node, "graph.risk_interval",
                                           kLeastRiskInterval, kMostInterval));
     }},
    {"graph.request_timeout", "duration", "60s", "5s to 300s",
     "how long one request may take",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).request_timeout,
                     read_duration_between(node, "graph.request_timeout",
                                           kLeastTimeout, kMostTimeout));
     }},
    {"graph.report_remediation", "boolean", "true", "",
     "whether Graph is told of a risk that was dealt with here",
     [](const Node& node, Config& config) {
       return assign(graph_of(config).report_remediation,
                     yaml::boolean(node, "graph.report_remediation"));
     }},
};

tl::unexpected<Error> missing(const Node& map, std::string_view key,
                              std::string_view advice) {
  return error_at(map.place,
                  fmt::format("graph.{} is missing; {}", key, advice));
}

Result<> check_credential(const Node& map, const GraphConfig& graph) {
  switch (graph.credential) {
    case GraphConfig::Credential::secret:
      if (!graph.secret_file.empty()) return {};
      return missing(map, "secret_file",
                     "name the file that holds the client secret");
    case GraphConfig::Credential::certificate:
      if (!graph.certificate_file.empty() && !graph.key_file.empty()) return {};
      return missing(map,
                     graph.key_file.empty() ? "key_file" : "certificate_file",
                     "name the files of the certificate and its private key");
    case GraphConfig::Credential::managed_identity:
      return {};
  }
  return {};
}

}  // namespace

std::span<const ConfigKey> graph_keys() { return kKeys; }

Result<> check_graph(const Node& map, const GraphConfig& graph) {
  const bool is_managed =
      graph.credential == GraphConfig::Credential::managed_identity;
  if (graph.tenant.empty()) {
    return missing(map, "tenant", "write the tenant's id or domain");
  }
  if (graph.client_id.empty() && !is_managed) {
    return missing(map, "client_id",
                   "write the application (client) id of the app registration");
  }
  if (!graph.people && !graph.roles && !graph.risks && !graph.devices) {
    return error_at(map.place,
                    "graph: people, roles, risks and devices are all false; "
                    "leave one of them true");
  }
  return check_credential(map, graph);
}

}  // namespace mfa::connector
