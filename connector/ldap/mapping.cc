// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/mapping.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/base/escape.h"

namespace mfa::connector::ldap {
namespace {

// RFC 2307 and its successor differ in how a group names its members only.
Mapping posix() {
  Mapping mapping;
  // 389 Directory Server has both, and names what is gone by the first.
  mapping.id = {"nsUniqueId", "entryUUID"};
  mapping.account = "uid";
  mapping.uid = "uidNumber";
  mapping.member_name = "uid";
  mapping.disabled = {"nsAccountLock", "pwdAccountLockedTime"};
  mapping.group_name = "cn";
  mapping.member_uids = {"memberUid"};
  mapping.device_name = "cn";
  mapping.owners = "owner";
  return mapping;
}

Mapping rfc2307bis() {
  Mapping mapping = posix();
  mapping.members = {"member", "uniqueMember"};
  return mapping;
}

Mapping active_directory() {
  Mapping mapping;
  mapping.id = {"objectGUID"};
  mapping.id_form = Mapping::IdForm::guid;
  mapping.account = "sAMAccountName";
  // Its names have no case; winbind and sssd answer in lower case.
  mapping.account_in_lower_case = true;
  mapping.user_principal_name = "userPrincipalName";
  mapping.primary_group = "primaryGroupID";
  mapping.sid = "objectSid";
  mapping.disabled = {"userAccountControl", "accountExpires"};
  mapping.group_name = "sAMAccountName";
  mapping.members = {"member"};
  mapping.device_name = "cn";
  mapping.owners = "managedBy";
  mapping.operating_system = "operatingSystem";
  mapping.operating_system_version = "operatingSystemVersion";
  return mapping;
}

Mapping preset(LdapConfig::Preset preset) {
  switch (preset) {
    case LdapConfig::Preset::rfc2307:
      return posix();
    case LdapConfig::Preset::rfc2307bis:
      return rfc2307bis();
    case LdapConfig::Preset::ad:
      return active_directory();
  }
  return {};
}

struct Filters {
  std::string_view people, groups, devices;
};

// A class that the server does not know matches nothing.
constexpr char kContainers[] =
    "(|(objectClass=organizationalUnit)(objectClass=organization)"
    "(objectClass=dcObject)(objectClass=domain)(objectClass=locality)"
    "(objectClass=country)(objectClass=nsContainer)(objectClass=container))";

// By category, since policies and much else are of the class container.
constexpr char kActiveDirectoryContainers[] =
    "(|(objectCategory=organizationalUnit)(objectCategory=container)"
    "(objectCategory=builtinDomain))";

Filters filters(LdapConfig::Preset preset) {
  switch (preset) {
    case LdapConfig::Preset::rfc2307:
      return {"(objectClass=posixAccount)", "(objectClass=posixGroup)",
              "(objectClass=device)"};
    case LdapConfig::Preset::rfc2307bis:
      return {"(|(objectClass=posixAccount)(objectClass=inetOrgPerson))",
              "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)"
              "(objectClass=posixGroup))",
              "(objectClass=device)"};
    case LdapConfig::Preset::ad:
      return {"(&(objectCategory=person)(objectClass=user))",
              "(objectClass=group)", "(objectClass=computer)"};
  }
  return {};
}

// Attributes with one name, and those with several, by the configuration's
// names for them.
std::map<std::string_view, std::string*> single_names(Mapping& mapping) {
  return {{"account", &mapping.account},
          {"uid", &mapping.uid},
          {"userPrincipalName", &mapping.user_principal_name},
          {"userType", &mapping.user_type},
          {"groupName", &mapping.group_name},
          {"deviceId", &mapping.device_id},
          {"deviceName", &mapping.device_name},
          {"owners", &mapping.owners},
          {"sshKeys", &mapping.ssh_keys},
          {"isCompliant", &mapping.is_compliant},
          {"trustType", &mapping.trust_type},
          {"operatingSystem", &mapping.operating_system},
          {"operatingSystemVersion", &mapping.operating_system_version},
          {"manufacturer", &mapping.manufacturer},
          {"model", &mapping.model}};
}

std::map<std::string_view, Names*> several_names(Mapping& mapping) {
  return {{"members", &mapping.members},
          {"memberUids", &mapping.member_uids},
          {"memberOf", &mapping.member_of},
          {"disabled", &mapping.disabled}};
}

bool is_attribute(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ';' ||
           c == '=' || c == '_';
  });
}

tl::unexpected<Error> not_an_attribute(std::string_view key,
                                       std::string_view value) {
  return error(ErrorKind::malformed,
               fmt::format("attributes: {}: {} is not the name of an LDAP "
                           "attribute",
                           escaped(key), quoted(value)));
}

// "a, b" as two names; "" as none.
Result<Names> split(std::string_view key, std::string_view list) {
  Names names;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view name = list.substr(0, comma);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!is_attribute(name)) return not_an_attribute(key, name);
    names.emplace_back(name);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

bool is_extension_attribute(std::string_view key) {
  constexpr std::string_view kPrefix = "extensionAttribute";
  for (int i = 1; i <= 15; ++i) {
    if (key == fmt::format("{}{}", kPrefix, i)) return true;
  }
  return false;
}

Result<> set_single(std::string& to, std::string_view key,
                    const std::string& value) {
  if (key == "account" && value.empty()) return not_an_attribute(key, value);
  if (!value.empty() && !is_attribute(value)) {
    return not_an_attribute(key, value);
  }
  to = value;
  return {};
}

Result<> override_one(Mapping& mapping, const std::string& key,
                      const std::string& value) {
  if (key == "id") {
    if (!is_attribute(value)) return not_an_attribute(key, value);
    mapping.id = {value};
    mapping.id_form = Mapping::IdForm::text;
    mapping.own_ids = true;
    return {};
  }
  if (key == "deviceId") mapping.own_ids = true;
  const auto singles = single_names(mapping);
  if (const auto one = singles.find(key); one != singles.end()) {
    return set_single(*one->second, key, value);
  }
  if (is_extension_attribute(key)) {
    return set_single(mapping.extension_attributes[key], key, value);
  }
  const auto several = several_names(mapping);
  const auto many = several.find(key);
  if (many == several.end()) {
    return error(ErrorKind::malformed,
                 fmt::format("attributes: {} is not a member of a person, "
                             "group or device that can be mapped",
                             quoted(key)));
  }
  const auto names = split(key, value);
  if (!names) return tl::unexpected(names.error());
  *many->second = *names;
  return {};
}

Names without_empty(Names names) {
  std::erase(names, "");
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void add(Names& to, const Names& names) {
  to.insert(to.end(), names.begin(), names.end());
}

Names person_attributes(const Mapping& m) {
  Names names = {m.account,
                 m.uid,
                 m.user_principal_name,
                 m.user_type,
                 m.primary_group,
                 m.sid,
                 m.member_uids.empty() ? "" : m.member_name};
  add(names, m.id);
  add(names, m.member_of);
  add(names, m.disabled);
  return without_empty(std::move(names));
}

Names group_attributes(const Mapping& m) {
  Names names = {m.group_name, m.sid};
  add(names, m.id);
  add(names, m.members);
  add(names, m.member_uids);
  return without_empty(std::move(names));
}

Names device_attributes(const Mapping& m) {
  Names names = {m.device_id,        m.device_name,
                 m.owners,           m.ssh_keys,
                 m.is_compliant,     m.trust_type,
                 m.operating_system, m.operating_system_version,
                 m.manufacturer,     m.model};
  add(names, m.id);
  add(names, m.disabled);
  for (const auto& [name, attribute] : m.extension_attributes) {
    names.push_back(attribute);
  }
  return without_empty(std::move(names));
}

const std::string& chosen(const std::string& first, const std::string& second) {
  return first.empty() ? second : first;
}

void add_scopes(Mapping& mapping, const LdapConfig& config) {
  const Filters preset = filters(config.preset);
  const auto add_scope = [&](Scope::What what, const std::string& base,
                             const std::string& filter,
                             std::string_view preset_filter, Names attributes) {
    mapping.scopes.push_back({what, chosen(base, config.base),
                              chosen(filter, std::string(preset_filter)),
                              std::move(attributes)});
  };
  add_scope(Scope::What::people, config.people_base, config.people_filter,
            preset.people, person_attributes(mapping));
  add_scope(Scope::What::groups, config.groups_base, config.groups_filter,
            preset.groups, group_attributes(mapping));
  mapping.container_filter = config.preset == LdapConfig::Preset::ad
                                 ? kActiveDirectoryContainers
                                 : kContainers;
  if (config.devices_base.empty()) return;
  add_scope(Scope::What::devices, config.devices_base, config.devices_filter,
            preset.devices, device_attributes(mapping));
}

}  // namespace

Result<Mapping> make_mapping(const LdapConfig& config) {
  Mapping mapping = preset(config.preset);
  for (const auto& [key, value] : config.attributes) {
    if (const auto done = override_one(mapping, key, value); !done) {
      return tl::unexpected(done.error());
    }
  }
  add_scopes(mapping, config);
  return mapping;
}

}  // namespace mfa::connector::ldap
