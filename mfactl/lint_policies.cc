// SPDX-License-Identifier: BSD-3-Clause
//
// `policy lint`: gathers what is true on this host, and has the policies
// looked at in its light.
#include <filesystem>
#include <system_error>
#include <utility>

#include "agent/config/file.h"
#include "agent/config/role_names.h"
#include "agent/directory/records.h"
#include "agent/directory/unresolved_policy_names.h"
#include "agent/policy/lint.h"
#include "agent/policy/read_policies.h"
#include "mfactl/commands.h"
#include "mfactl/lint_report.h"
#include "mfactl/policy_files.h"
#include "mfactl/terminal.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

namespace fs = std::filesystem;

// Where libpam looks for services.
constexpr const char* kPamFolders[] = {"/etc/pam.d", "/usr/lib/pam.d"};

// nullopt: this host has no PAM, or hides it.
std::optional<NameSet> pam_services() {
  std::vector<Name> services;
  for (const char* folder : kPamFolders) {
    std::error_code failed;
    for (fs::directory_iterator entry(folder, failed), end;
         !failed && entry != end; entry.increment(failed)) {
      services.emplace_back(entry->path().filename().native());
    }
  }
  if (services.empty()) return std::nullopt;
  return NameSet(std::move(services));
}

NameSet roles_held(const Config& config) {
  std::vector<Name> roles;
  for (const RoleMapping& mapping : config.roles) {
    if (mapping.groups.empty() && mapping.users.empty()) continue;
    roles.emplace_back(role_key(mapping.role));
  }
  return NameSet(std::move(roles));
}

NameSet terms_of_use(const Config& config) {
  std::vector<Name> ids;
  for (const TermsOfUse& terms : config.terms_of_use)
    ids.emplace_back(terms.id);
  return NameSet(std::move(ids));
}

void learn(const Config& config, Surroundings& surroundings) {
  surroundings.security_defaults = config.security_defaults.enabled;
  for (const UserName& account : config.emergency_access) {
    surroundings.emergency_accounts.push_back(account.str());
  }
  surroundings.roles_held = roles_held(config);
  surroundings.terms_of_use = terms_of_use(config);
  surroundings.has_directory_file = !config.directory_file.empty();
  surroundings.has_country_database = !config.country_database.empty();
}

// The files, from the command line or else from the configuration.
struct Sources {
  std::string policies;
  std::optional<std::string> named_locations;
  std::optional<Config> config;
};

Result<Sources> sources_of(const Arguments& arguments) {
  Sources sources{arguments.policies, arguments.named_locations, std::nullopt};
  if (!arguments.config_given && !sources.policies.empty()) return sources;
  auto config = load_config(arguments.config_file);
  if (!config) return tl::unexpected(std::move(config.error()));
  if (sources.policies.empty()) {
    sources.policies = config->policies;
    if (!sources.named_locations && !config->named_locations.empty()) {
      sources.named_locations = config->named_locations;
    }
  }
  sources.config = std::move(*config);
  if (!sources.policies.empty()) return sources;
  return error(ErrorKind::not_found,
               words::no_policies_named(arguments.config_file));
}

Result<Policies> load(const Sources& sources) {
  auto locations = load_named_locations(sources.named_locations);
  if (!locations) return tl::unexpected(std::move(locations.error()));
  auto policies = load_policies(sources.policies, *locations);
  if (!policies) return tl::unexpected(std::move(policies.error()));
  // That they exclude security defaults is a finding among others.
  return assemble(std::move(*policies), std::move(*locations), false);
}

Result<DirectoryRecords> load_records(const std::optional<Config>& config) {
  if (!config || config->directory_file.empty()) return DirectoryRecords();
  const std::string& file = config->directory_file;
  const auto text = read_file(file, kMaxDirectoryFileBytes);
  if (!text) return tl::unexpected(text.error());
  return DirectoryRecords::parse(*text, file);
}

}  // namespace

int lint_policies(const Arguments& arguments) {
  const auto sources = sources_of(arguments);
  if (!sources) return cannot_use(sources.error());
  const auto policies = load(*sources);
  if (!policies) return cannot_use(policies.error());
  const auto records = load_records(sources->config);
  if (!records) return cannot_use(records.error());
  Surroundings surroundings;
  surroundings.services = pam_services();
  const bool elsewhere =
      sources->config && sources->config->connector_user.has_value();
  surroundings.unresolved_names =
      unresolved_names(policies->list, *records, elsewhere);
  if (sources->config) learn(*sources->config, surroundings);
  if (arguments.security_defaults) {
    surroundings.security_defaults = *arguments.security_defaults;
  }
  const auto findings = lint(*policies, surroundings);
  const std::size_t count = policies->list.size();
  print(arguments.json ? document(lint_json(findings, count))
                       : lint_text(findings, count));
  return count_of(findings, Severity::error) == 0 ? kDone : kFailed;
}

}  // namespace mfa::mfactl
