// SPDX-License-Identifier: BSD-3-Clause
//
// One table, three readers: the parser, the manual page and the example file
// must not drift apart. Runs in the source tree, as `make check` does.
#include "agent/config/schema.h"

#include <algorithm>
#include <set>

#include "tests/check.h"
#include "tests/unit/config/documented.h"

namespace mfa {
namespace {

using namespace test;

constexpr char kManualPage[] = "man/mfa-agent.yaml.5";
constexpr char kExample[] = "conf/mfa-agent.yaml";

Config parsed(const std::string& text) {
  auto config = parse_config(text, "f.yaml");
  if (!config) fail_msg("%s", config.error().what.c_str());
  return std::move(*config);
}

void assert_same(const Config& a, const Config& b) {
  assert_true(a.runtime_directory == b.runtime_directory);
  assert_true(a.state_directory == b.state_directory);
  assert_true(a.security_defaults.enabled == b.security_defaults.enabled);
  assert_true(a.security_defaults.registration_grace_days ==
              b.security_defaults.registration_grace_days);
  assert_true(a.roles.size() == b.roles.size());
  assert_true(a.privileged_services == b.privileged_services);
  assert_true(a.ssh_services == b.ssh_services);
  assert_true(a.console_services == b.console_services);
  assert_true(a.self_services == b.self_services);
  assert_true(a.legacy_services == b.legacy_services);
  assert_true(a.policies == b.policies);
  assert_true(a.named_locations == b.named_locations);
  assert_true(a.directory_file == b.directory_file);
  assert_true(a.country_database == b.country_database);
  assert_true(a.ssh_security_keys_are_fido2 == b.ssh_security_keys_are_fido2);
  assert_true(a.terms_of_use.size() == b.terms_of_use.size());
  assert_true(a.emergency_access == b.emergency_access);
  assert_true(a.emergency_access_from.size() == b.emergency_access_from.size());
  assert_true(a.delegates.size() == b.delegates.size());
  assert_true(a.admin_group == b.admin_group);
  assert_true(a.totp.issuer == b.totp.issuer);
  assert_true(a.totp.accepted_steps == b.totp.accepted_steps);
  assert_true(a.connector_user == b.connector_user);
  assert_true(a.device_certificate_authorities ==
              b.device_certificate_authorities);
  assert_true(a.directory_age == b.directory_age);
  assert_true(a.mass_change == b.mass_change);
  assert_true(a.sign_in_log.keep_days == b.sign_in_log.keep_days);
  assert_true(a.sign_in_log.keep_records == b.sign_in_log.keep_records);
}

TEST("each key's default, as the table writes it, is the default") {
  for (const ConfigKey& key : config_keys()) {
    assert_same(parsed(as_yaml(key.name, key.fallback)), Config());
  }
}

TEST("the example configuration loads as it is shipped, to the defaults") {
  assert_same(parsed(content(kExample)), Config());
}

TEST("the example shows every key with its default and no other") {
  const std::string text = uncommented(content(kExample));
  assert_same(parsed(text), Config());
  const auto root = yaml::parse(text, kExample);
  std::set<std::string> shown;
  for (const yaml::Entry& entry : root->entries) {
    const bool is_key = std::any_of(
        config_keys().begin(), config_keys().end(),
        [&](const ConfigKey& key) { return key.name == entry.key; });
    if (is_key) shown.insert(entry.key);
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

TEST("the manual page has every key with its type, default and limits") {
  const std::string page = content(kManualPage);
  for (const ConfigKey& key : config_keys()) {
    const std::string entry = manual_entry(page, key.name, key.type);
    std::string fallback(key.fallback);
    if (fallback == "\"\"") fallback = "\\(dq\\(dq";
    if (entry.find("Default: " + fallback + " ") == entry.npos) {
      fail_msg("%s: no entry with its type and default %s", key.name.data(),
               fallback.c_str());
    }
    if (entry.find(key.limits) == entry.npos) {
      fail_msg("%s: the page does not say \"%s\"", key.name.data(),
               std::string(key.limits).c_str());
    }
  }
}

TEST("the manual page has no key that is not known") {
  for (const std::string& name : manual_names(content(kManualPage))) {
    const bool known =
        std::any_of(config_keys().begin(), config_keys().end(),
                    [&](const ConfigKey& key) { return key.name == name; });
    if (!known) fail_msg("%s is no key", name.c_str());
  }
}

TEST("the examples in the manual page load") {
  const auto examples = examples_in(content(kManualPage));
  assert_int_equal(examples.size(), 2);
  const Config defaults = parsed(examples[0]);
  assert_int_equal(defaults.security_defaults.registration_grace_days, 7);
  assert_int_equal(defaults.emergency_access.size(), 1);
  const Config policies = parsed(examples[1]);
  assert_false(policies.security_defaults.enabled);
  assert_string_equal(policies.policies.c_str(), "/etc/mfa-agent/policies");
  assert_true(policies.find_terms("house-rules") != nullptr);
}

}  // namespace
}  // namespace mfa
