// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/config.h"

#include <algorithm>

#include "agent/config/key_table.h"
#include "agent/config/schema.h"

namespace mfa {
namespace {

static_assert(kMaxConfigBytes == yaml::kMaxBytes);

bool contains(const std::vector<std::string>& services,
              std::string_view service) {
  return std::find(services.begin(), services.end(), service_family(service)) !=
         services.end();
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
  if (auto ok = read_table(*root, config_keys(), config); !ok) {
    return tl::unexpected(ok.error());
  }
  if (auto ok = check_together(*root, config); !ok) {
    return tl::unexpected(ok.error());
  }
  return config;
}

}  // namespace mfa
