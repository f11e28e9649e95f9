// SPDX-License-Identifier: BSD-3-Clause
//
// One table, three readers: the parser, the manual page and the example file
// must not drift apart. Runs in the source tree, as `make check` does.
#include "agent/config/schema.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "tests/check.h"

namespace mfa {
namespace {

constexpr char kManualPage[] = "man/mfa-agent.yaml.5";
constexpr char kExample[] = "conf/mfa-agent.yaml";

std::string content(const char* path) {
  std::ifstream file(path);
  if (!file) fail_msg("%s is missing", path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// "totp.issuer" as the lines of a file that gives it `value`.
std::string as_yaml(std::string_view name, std::string_view value) {
  const auto dot = name.find('.');
  if (dot == name.npos) return std::string(name) + ": " + std::string(value);
  return std::string(name.substr(0, dot)) + ":\n  " +
         std::string(name.substr(dot + 1)) + ": " + std::string(value);
}

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
  assert_true(a.sign_in_log.keep_days == b.sign_in_log.keep_days);
  assert_true(a.sign_in_log.keep_records == b.sign_in_log.keep_records);
}

// The example with its keys uncommented: "#key" and "#  key", while prose and
// examples begin with "# " and one or three more spaces.
std::string uncommented(const std::string& example) {
  std::string text;
  for (const std::string& line : lines_of(example)) {
    const bool is_key = line.size() > 3 && line[0] == '#' &&
                        (line[1] != ' ' || (line[2] == ' ' && line[3] != ' '));
    text += is_key ? line.substr(1) : line;
    text += '\n';
  }
  return text;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += name + ' ';
  return all;
}

// From `.It Cm NAME Ar TYPE` to the next one; "" when it is not there.
std::string manual_entry(const std::string& page, const ConfigKey& key) {
  const std::string head =
      ".It Cm " + std::string(key.name) + " Ar " + std::string(key.type) + "\n";
  const auto begin = page.find(head);
  if (begin == page.npos) return "";
  const auto body = begin + head.size();
  const auto end = std::min(page.find(".It Cm ", body), page.find(".El", body));
  std::string entry = page.substr(body, end - body);
  std::replace(entry.begin(), entry.end(), '\n', ' ');
  return entry;
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
    const std::string entry = manual_entry(page, key);
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
  constexpr std::string_view kHead = ".It Cm ";
  for (const std::string& line : lines_of(content(kManualPage))) {
    if (!line.starts_with(kHead)) continue;
    const std::string name =
        line.substr(kHead.size(), line.find(" Ar ") - kHead.size());
    const bool known =
        std::any_of(config_keys().begin(), config_keys().end(),
                    [&](const ConfigKey& key) { return key.name == name; });
    if (!known) fail_msg("%s is no key", name.c_str());
  }
}

// The literal displays of the page, as a reader sees them.
std::vector<std::string> examples_in(const std::string& page) {
  constexpr std::string_view kBegin = ".Bd -literal -offset indent\n";
  std::vector<std::string> examples;
  auto from = page.find(kBegin);
  while (from != page.npos) {
    from += kBegin.size();
    std::string example = page.substr(from, page.find(".Ed\n", from) - from);
    for (auto at = example.find("\\(dq"); at != example.npos;
         at = example.find("\\(dq")) {
      example.replace(at, 4, "\"");
    }
    examples.push_back(std::move(example));
    from = page.find(kBegin, from);
  }
  return examples;
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
