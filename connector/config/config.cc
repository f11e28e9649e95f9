// SPDX-License-Identifier: BSD-3-Clause
#include "connector/config/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "agent/base/base64.h"
#include "agent/base/escape.h"
#include "agent/base/sha256.h"
#include "agent/config/key_table.h"
#include "agent/config/readers.h"
#include "agent/config/trusted_file.h"
#include "connector/config/readers.h"
#include "connector/config/schema.h"

namespace mfa::connector {
namespace {

using yaml::error_at;
using yaml::Node;

constexpr std::size_t kMaxNameBytes = 512;        // the protocol's
constexpr std::size_t kMaxSocketBytes = 108 - 1;  // sockaddr_un's

constexpr ConfigKey kKeys[] = {
    {"agent_socket", "path", "/run/mfa-agent/connector.sock",
     "absolute, without .., at most 107 bytes",
     "the agent's socket for connectors",
     [](const Node& node, Config& config) {
       return assign(config.agent_socket,
                     read_path(node, "agent_socket", kMaxSocketBytes));
     }},
    {"name", "text", "\"\"", "at most 512 bytes",
     "what the agent knows this directory as",
     [](const Node& node, Config& config) {
       return assign(config.name,
                     read_optional_text(node, "name", kMaxNameBytes));
     }},
};

// What people write who look for the place of a password, and where it
// belongs.
struct Misplaced {
  std::string_view key;
  std::string_view instead;
};
constexpr Misplaced kMisplaced[] = {
    {"password", "password_file"},    {"bind_password", "password_file"},
    {"bindpw", "password_file"},      {"secret", "secret_file"},
    {"client_secret", "secret_file"}, {"key", "key_file"},
    {"private_key", "key_file"},
};

// Runs before the keys are looked up, whose error would show no way out.
Result<> check_no_secret(const Node& map) {
  for (const yaml::Entry& entry : map.entries) {
    const auto found = std::find_if(
        std::begin(kMisplaced), std::end(kMisplaced),
        [&](const Misplaced& misplaced) { return misplaced.key == entry.key; });
    if (found == std::end(kMisplaced)) continue;
    return error_at(
        entry.place,
        fmt::format("{} does not belong into this file, which many may read; "
                    "write it into a file of its own (mode 0640, root and the "
                    "connector's group) and name that as {}",
                    quoted(entry.key), found->instead));
  }
  return {};
}

Result<> check_one_directory(const Node& root) {
  const Node* ldap = root.find("ldap");
  const Node* graph = root.find("graph");
  if (!ldap && !graph) {
    return error_at(root.place,
                    "no directory is named; write ldap: or graph: with what "
                    "it needs (mfa-connector.yaml(5) has examples)");
  }
  if (ldap && graph) {
    return error_at(graph->place,
                    "ldap and graph are both here; the agent has one central "
                    "directory, so remove one of them");
  }
  return {};
}

Result<> check_together(const Node& root, const Config& config) {
  if (config.ldap) return check_ldap(*root.find("ldap"), *config.ldap);
  return check_graph(*root.find("graph"), *config.graph);
}

std::string default_name(const Config& config) {
  if (config.ldap) {
    return ("ldap:" + config.ldap->base).substr(0, kMaxNameBytes);
  }
  return "graph:" + config.graph->tenant;
}

// Joins texts so that no two lists give the same result.
class Joined {
 public:
  Joined& operator<<(std::string_view text) {
    text_ += fmt::format("{}:{};", text.size(), text);
    return *this;
  }
  template <class Number>
  Joined& number(Number value) {
    return *this << fmt::to_string(static_cast<int>(value));
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void join(Joined& joined, const LdapConfig& ldap) {
  joined << "ldap" << ldap.base << ldap.people_base << ldap.groups_base
         << ldap.devices_base << ldap.people_filter << ldap.groups_filter
         << ldap.devices_filter;
  joined.number(ldap.preset).number(ldap.sync);
  // Another account sees another part of it.
  joined.number(ldap.bind) << ldap.bind_dn << ldap.keytab_file;
  for (const auto& [ours, theirs] : ldap.attributes) joined << ours << theirs;
}

void join(Joined& joined, const GraphConfig& graph) {
  joined << "graph" << graph.tenant << graph.graph_url << graph.account_property
         << graph.device_key_property;
  joined.number(graph.people).number(graph.roles);
  joined.number(graph.risks).number(graph.devices);
}

// Enough that no two configurations share it by chance.
constexpr std::size_t kFingerprintBytes = 15;

}  // namespace

std::string fingerprint(const Config& config) {
  Joined joined;
  if (config.ldap) join(joined, *config.ldap);
  if (config.graph) join(joined, *config.graph);
  const std::vector<std::uint8_t> bytes(joined.text().begin(),
                                        joined.text().end());
  const auto hash = sha256(bytes);
  return encode_base64_unpadded(std::span(hash).first(kFingerprintBytes));
}

const std::vector<ConfigKey>& config_keys() {
  static const std::vector<ConfigKey> all = [] {
    std::vector<ConfigKey> keys(std::begin(kKeys), std::end(kKeys));
    for (const auto part : {ldap_keys(), graph_keys()}) {
      keys.insert(keys.end(), part.begin(), part.end());
    }
    return keys;
  }();
  return all;
}

Result<Config> parse_config(std::string_view text, std::string_view file) {
  const auto root = yaml::parse(text, file);
  if (!root) return tl::unexpected(root.error());
  Config config;
  for (const yaml::Entry& entry : root->entries) {
    if (auto ok = check_no_secret(entry.value); !ok) {
      return tl::unexpected(ok.error());
    }
  }
  const std::span<const ConfigKey> keys(config_keys());
  if (auto ok = read_table(*root, keys, config); !ok) {
    return tl::unexpected(ok.error());
  }
  if (auto ok = check_one_directory(*root); !ok) {
    return tl::unexpected(ok.error());
  }
  // `ldap: {}` names no key that would have made it.
  if (root->find("ldap") && !config.ldap) config.ldap.emplace();
  if (root->find("graph") && !config.graph) config.graph.emplace();
  if (auto ok = check_together(*root, config); !ok) {
    return tl::unexpected(ok.error());
  }
  if (config.name.empty()) config.name = default_name(config);
  return config;
}

Result<Config> load_config(const std::string& file) {
  const auto text = read_trusted_file(file, yaml::kMaxBytes);
  if (!text) return tl::unexpected(text.error());
  return parse_config(*text, file);
}

}  // namespace mfa::connector
