// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "agent/config/trusted_file.h"
#include "agent/policy/read_policies.h"
#include "agent/rules/rules.h"

namespace mfa {
namespace {

// FNV-1a. Tells versions of the administrator's files apart; whoever could
// make two collide could as well write what he wants into them.
class Fingerprint {
 public:
  void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
    add_byte(0);  // where one file ends and the next begins
  }
  std::string str() const { return fmt::format("{:016x}", hash_); }

 private:
  void add_byte(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001b3U; }
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

Result<NamedLocations> load_locations(const std::string& file,
                                      Fingerprint& fingerprint) {
  if (file.empty()) return NamedLocations();
  const auto text = read_trusted_file(file, kMaxNamedLocationsBytes);
  if (!text) return tl::unexpected(text.error());
  fingerprint.add(*text);
  return NamedLocations::parse(*text, file);
}

Result<> append_policies(const std::string& file,
                         const NamedLocations& locations,
                         Fingerprint& fingerprint, std::vector<Policy>& list) {
  const auto text = read_trusted_file(file, kMaxPolicyFileBytes);
  if (!text) return tl::unexpected(text.error());
  fingerprint.add(*text);
  auto policies = parse_policies(*text, file, locations);
  if (!policies) return tl::unexpected(policies.error());
  std::move(policies->begin(), policies->end(), std::back_inserter(list));
  return {};
}

Result<Policies> load_policies(const Config& config, Fingerprint& fingerprint) {
  auto locations = load_locations(config.named_locations, fingerprint);
  if (!locations) return tl::unexpected(locations.error());
  std::vector<Policy> list;
  if (!config.policies.empty()) {
    const auto files =
        trusted_files(config.policies, kPolicyFileSuffixes, kMaxPolicyFiles);
    if (!files) return tl::unexpected(files.error());
    for (const std::string& file : *files) {
      auto added = append_policies(file, *locations, fingerprint, list);
      if (!added) return tl::unexpected(added.error());
    }
  }
  return assemble(std::move(list), std::move(*locations),
                  config.security_defaults.enabled);
}

Result<DirectoryRecords> load_records(const std::string& file) {
  if (file.empty()) return DirectoryRecords();
  const auto text = read_trusted_file(file, kMaxDirectoryFileBytes);
  if (!text) return tl::unexpected(text.error());
  return DirectoryRecords::parse(*text, file);
}

using GroupByWritten = std::map<std::string, std::string>;

void add_groups(const std::vector<Name>& names, const GroupByWritten& mapped,
                GroupByWritten& groups) {
  for (const Name& name : names) {
    const auto known = mapped.find(name.text());
    groups.emplace(name.text(),
                   known == mapped.end() ? name.text() : known->second);
  }
}

void add_roles(const std::vector<Name>& names, std::set<std::string>& roles) {
  for (const Name& name : names) roles.insert(name.text());
}

// Of this machine: those that policies and role mappings name.
Result<> check_number_of_groups(const MembershipScope& scope) {
  std::set<std::string_view> groups;
  for (const auto& named : scope.groups) groups.insert(named.group);
  for (const RoleMapping& mapping : scope.roles) {
    groups.insert(mapping.groups.begin(), mapping.groups.end());
  }
  if (groups.size() <= kMaxGroupsOfRules) return {};
  return error(
      ErrorKind::conflict,
      fmt::format("policies and roles together name {} groups, more than {}, "
                  "each of which is looked up every minute; put people who are "
                  "treated alike into one group",
                  groups.size(), kMaxGroupsOfRules));
}

Result<MembershipScope> scope_of(const Rules& rules) {
  GroupByWritten mapped;
  for (const MembershipScope::Group& group : rules.records.groups()) {
    mapped.emplace(group.written, group.group);
  }
  GroupByWritten groups;
  std::set<std::string> roles;
  for (const Policy& policy : rules.policies.list) {
    if (policy.state == PolicyState::disabled) continue;
    add_groups(policy.conditions.users.include_groups, mapped, groups);
    add_groups(policy.conditions.users.exclude_groups, mapped, groups);
    add_roles(policy.conditions.users.include_roles, roles);
    add_roles(policy.conditions.users.exclude_roles, roles);
  }
  MembershipScope scope;
  scope.roles = rules.config.roles;
  scope.role_keys.assign(roles.begin(), roles.end());
  for (const auto& [written, group] : groups) {
    scope.groups.push_back({written, group});
  }
  if (auto few = check_number_of_groups(scope); !few) {
    return tl::unexpected(few.error());
  }
  return scope;
}

Result<> load_countries(Rules& rules) {
  if (rules.config.country_database.empty()) return {};
  auto opened = CountryDatabase::open(rules.config.country_database);
  if (!opened) return tl::unexpected(opened.error());
  rules.countries = std::move(*opened);
  return {};
}

}  // namespace

Result<Rules> load_rules(const std::string& config_file) {
  const auto text = read_trusted_file(config_file, kMaxConfigBytes);
  if (!text) return tl::unexpected(text.error());
  auto config = parse_config(*text, config_file);
  if (!config) return tl::unexpected(config.error());
  Rules rules;
  rules.config = std::move(*config);
  Fingerprint fingerprint;
  fingerprint.add(*text);
  auto policies = load_policies(rules.config, fingerprint);
  if (!policies) return tl::unexpected(policies.error());
  rules.policies = std::move(*policies);
  auto records = load_records(rules.config.directory_file);
  if (!records) return tl::unexpected(records.error());
  rules.records = std::move(*records);
  if (auto loaded = load_countries(rules); !loaded) {
    return tl::unexpected(loaded.error());
  }
  if (auto right = check_rules(rules); !right) {
    return tl::unexpected(right.error());
  }
  auto scope = scope_of(rules);
  if (!scope) return tl::unexpected(scope.error());
  rules.scope = std::move(*scope);
  rules.fingerprint = fingerprint.str();
  return rules;
}

}  // namespace mfa
