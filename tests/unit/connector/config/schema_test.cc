// SPDX-License-Identifier: BSD-3-Clause
//
// One table, three readers: the parser, the manual page and the example file
// must not drift apart. Runs in the source tree, as `make check` does.
#include "connector/config/schema.h"

#include <algorithm>
#include <set>

#include "tests/check.h"
#include "tests/unit/config/documented.h"

namespace mfa::connector {
namespace {

using namespace test;

constexpr char kManualPage[] = "man/mfa-connector.yaml.5";
constexpr char kExample[] = "conf/mfa-connector.yaml";

// What must be written, and what the example has for it.
constexpr char kLeastLdap[] =
    "ldap:\n"
    "  servers: [ldaps://ldap.example.org]\n"
    "  bind_dn: uid=mfa-connector,ou=services,dc=example,dc=org\n"
    "  password_file: /etc/mfa-connector/ldap-password\n"
    "  base: dc=example,dc=org\n";
constexpr char kLeastGraph[] =
    "graph:\n"
    "  tenant: example.org\n"
    "  client_id: 00000000-0000-0000-0000-000000000000\n"
    "  secret_file: /etc/mfa-connector/client-secret\n";

Config parsed(const std::string& text) {
  auto config = parse_config(text, "f.yaml");
  if (!config) fail_msg("%s", config.error().what.c_str());
  return std::move(*config);
}

// The least configuration that has this key's room.
std::string least_for(std::string_view name) {
  return name.starts_with("graph.") ? kLeastGraph : kLeastLdap;
}

std::string with(std::string_view name, std::string_view value) {
  const auto dot = name.find('.');
  if (dot == name.npos) return as_yaml(name, value) + '\n' + kLeastLdap;
  return least_for(name) + "  " + std::string(name.substr(dot + 1)) + ": " +
         std::string(value) + '\n';
}

bool is_in_least(std::string_view name) {
  const std::string line =
      "\n  " + std::string(name.substr(name.find('.') + 1)) + ": ";
  return least_for(name).find(line) != std::string::npos;
}

std::string example_with(const char* begin, const char* end) {
  const std::string text = uncommented(content(kExample));
  const auto from = text.find(begin);
  const auto to = text.find(end, from);
  return text.substr(0, text.find("\nldap:")) +
         text.substr(from, to == text.npos ? to : to - from);
}

TEST("connector: each key's default, as the table writes it, is the default") {
  for (const ConfigKey& key : config_keys()) {
    if (key.fallback == kRequired || is_in_least(key.name)) continue;
    const bool same =
        parsed(with(key.name, key.fallback)) == parsed(least_for(key.name));
    if (!same) fail_msg("%s", key.name.data());
  }
}

TEST("connector: the example shows every default, for LDAP and for Graph") {
  assert_true(parsed(example_with("\nldap:", "\ngraph:")) ==
              parsed(kLeastLdap));
  assert_true(parsed(example_with("\ngraph:", "\nnothing:")) ==
              parsed(kLeastGraph));
}

TEST("connector: the example shows every key") {
  const auto root = yaml::parse(uncommented(content(kExample)), kExample);
  std::set<std::string> shown;
  for (const yaml::Entry& entry : root->entries) {
    if (entry.value.entries.empty()) shown.insert(entry.key);
    for (const yaml::Entry& below : entry.value.entries) {
      shown.insert(entry.key + '.' + below.key);
    }
  }
  std::vector<std::string> missing;
  for (const ConfigKey& key : config_keys()) {
    if (!shown.contains(std::string(key.name))) missing.emplace_back(key.name);
  }
  assert_string_equal(joined(missing).c_str(), "");
  assert_int_equal(shown.size(), config_keys().size());
}

TEST("connector: as it is shipped, the example says what to do") {
  const auto config = parse_config(content(kExample), kExample);
  assert_false(config.has_value());
  assert_true(config.error().what.find("write ldap: or graph:") !=
              std::string::npos);
}

TEST("connector: the page has every key with type, default and limits") {
  const std::string page = content(kManualPage);
  for (const ConfigKey& key : config_keys()) {
    const std::string entry = manual_entry(page, key.name, key.type);
    std::string fallback(key.fallback);
    if (fallback == "\"\"") fallback = "\\(dq\\(dq ";
    if (entry.find("Default: " + fallback) == entry.npos) {
      fail_msg("%s: no entry with its type and default %s", key.name.data(),
               fallback.c_str());
    }
    if (entry.find(key.limits) == entry.npos) {
      fail_msg("%s: the page does not say \"%s\"", key.name.data(),
               std::string(key.limits).c_str());
    }
  }
}

TEST("connector: the page has no key that is not known") {
  for (const std::string& name : manual_names(content(kManualPage))) {
    const bool known =
        std::any_of(config_keys().begin(), config_keys().end(),
                    [&](const ConfigKey& key) { return key.name == name; });
    if (!known) fail_msg("%s is no key", name.c_str());
  }
}

// The others are commands and units.
std::vector<std::string> configurations_in(const std::string& page) {
  std::vector<std::string> found;
  for (const std::string& example : examples_in(page)) {
    if (example.starts_with("ldap:") || example.starts_with("graph:")) {
      found.push_back(example);
    }
  }
  return found;
}

TEST("connector: the configurations in the page load") {
  const auto examples = configurations_in(content(kManualPage));
  assert_int_equal(examples.size(), 3);
  const Config ldap = parsed(examples[0]);
  assert_int_equal(ldap.ldap->servers.size(), 2);
  const Config ad = parsed(examples[1]);
  assert_true(ad.ldap->preset == LdapConfig::Preset::ad);
  assert_true(ad.ldap->bind == LdapConfig::Bind::gssapi);
  const Config graph = parsed(examples[2]);
  assert_true(graph.graph->credential == GraphConfig::Credential::certificate);
}

}  // namespace
}  // namespace mfa::connector
