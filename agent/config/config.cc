// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/config/schema.h"

namespace mfa {
namespace {

static_assert(kMaxConfigBytes == yaml::kMaxBytes);

// A key whose keys are rows of the table ("totp"), or one deeper name.
constexpr std::size_t kMaxKeys = 64;

bool contains(const std::vector<std::string>& services,
              std::string_view service) {
  return std::find(services.begin(), services.end(), service_family(service)) !=
         services.end();
}

const ConfigKey* find_key(std::string_view name) {
  for (const ConfigKey& key : config_keys()) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

// The names that may stand below `prefix` ("" or "totp.").
std::vector<std::string_view> names_below(std::string_view prefix) {
  std::vector<std::string_view> names;
  for (const ConfigKey& key : config_keys()) {
    if (!key.name.starts_with(prefix)) continue;
    const auto rest = key.name.substr(prefix.size());
    const auto name = rest.substr(0, rest.find('.'));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

tl::unexpected<Error> no_such_key(const yaml::Entry& entry,
                                  std::string_view prefix) {
  if (const auto dot = entry.key.find('.'); find_key(entry.key)) {
    return yaml::error_at(
        entry.place,
        fmt::format("\"{0}.{1}\" is written as \"{0}:\" with "
                    "\"{1}:\" below it, indented",
                    entry.key.substr(0, dot), entry.key.substr(dot + 1)));
  }
  const std::string_view room = prefix.empty()
                                    ? "the configuration"
                                    : prefix.substr(0, prefix.size() - 1);
  return yaml::error_at(entry.place,
                        unknown_key(entry.key, names_below(prefix), room));
}

Result<> read_map(const yaml::Node& map, const std::string& prefix,
                  Config& config);

Result<> read_entry(const yaml::Entry& entry, const std::string& prefix,
                    Config& config) {
  if (entry.key.find('.') != entry.key.npos) return no_such_key(entry, prefix);
  const std::string name = prefix + entry.key;
  if (const ConfigKey* key = find_key(name)) {
    return key->read(entry.value, config);
  }
  if (names_below(name + '.').empty()) return no_such_key(entry, prefix);
  return read_map(entry.value, name + '.', config);
}

Result<> read_map(const yaml::Node& map, const std::string& prefix,
                  Config& config) {
  const std::string name = prefix.empty() ? "the configuration"
                                          : prefix.substr(0, prefix.size() - 1);
  if (auto ok = yaml::expect_map(map, name, kMaxKeys); !ok) return ok;
  for (const yaml::Entry& entry : map.entries) {
    if (auto ok = read_entry(entry, prefix, config); !ok) return ok;
  }
  return {};
}

bool is_within(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

// What no key can see alone.
Result<> check_together(const yaml::Node& root, const Config& config) {
  if (!is_within(config.runtime_directory, config.state_directory)) return {};
  const yaml::Node* at = root.find("runtime_directory");
  if (!at) at = root.find("state_directory");
  return yaml::error_at(at ? at->place : root.place,
                        "runtime_directory is inside state_directory, which "
                        "nobody but the agent may enter; keep them apart");
}

}  // namespace

bool Config::is_privileged(std::string_view service) const {
  return contains(privileged_services, service);
}
bool Config::is_ssh(std::string_view service) const {
  return contains(ssh_services, service);
}
bool Config::is_console_service(std::string_view service) const {
  return contains(console_services, service);
}
bool Config::is_self_service(std::string_view service) const {
  return contains(self_services, service);
}
bool Config::is_legacy_service(std::string_view service) const {
  return contains(legacy_services, service);
}
const TermsOfUse* Config::find_terms(std::string_view id) const {
  const auto found =
      std::find_if(terms_of_use.begin(), terms_of_use.end(),
                   [&](const TermsOfUse& terms) { return terms.id == id; });
  return found == terms_of_use.end() ? nullptr : &*found;
}
bool Config::is_emergency(const UserName& name) const {
  return std::find(emergency_access.begin(), emergency_access.end(), name) !=
         emergency_access.end();
}

std::string_view service_family(std::string_view service) {
  if (service == "sudo-i") return "sudo";
  if (service == "su-l") return "su";
  if (service == "runuser-l") return "runuser";
  return service;
}

Result<Config> parse_config(std::string_view text, std::string_view file) {
  const auto root = yaml::parse(text, file);
  if (!root) return tl::unexpected(root.error());
  Config config;
  if (auto ok = read_map(*root, "", config); !ok) {
    return tl::unexpected(ok.error());
  }
  if (auto ok = check_together(*root, config); !ok) {
    return tl::unexpected(ok.error());
  }
  return config;
}

}  // namespace mfa
