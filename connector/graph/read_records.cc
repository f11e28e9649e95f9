// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/read_records.h"

#include <algorithm>
#include <utility>

namespace mfa::connector::graph {
namespace {

constexpr char kRemoved[] = "@removed";
constexpr char kType[] = "@odata.type";
constexpr std::string_view kExtension = "extensionAttribute";
constexpr char kOnPremisesExtensions[] = "onPremisesExtensionAttributes";
constexpr std::string_view kListSeparators = " \t\r\n,;";

bool is_extension(std::string_view property) {
  return property.starts_with(kExtension);
}

// Entries of no type are those of which Graph says only that they are gone.
bool may_be_person_or_group(Members& member) {
  const auto type = member.optional_text(kType);
  return !type || *type == "#microsoft.graph.user" ||
         *type == "#microsoft.graph.group";
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (true) {
    const std::size_t begin = text.find_first_not_of(kListSeparators);
    if (begin == std::string_view::npos) return items;
    text.remove_prefix(begin);
    const std::size_t end =
        std::min(text.find_first_of(kListSeparators), text.size());
    items.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

Result<std::vector<std::string>> read_owners(const Json* list,
                                             const Place& place) {
  std::vector<std::string> owners;
  if (list == nullptr) return owners;
  for (const Json& entry : *list) {
    auto id = read_id(entry, place);
    if (!id) return tl::unexpected(id.error());
    owners.push_back(std::move(*id));
  }
  return owners;
}

std::map<std::string, std::string> read_extensions(Members& device) {
  Members inner(device, "extensionAttributes");
  std::map<std::string, std::string> attributes;
  for (int number = 1; number <= 15; ++number) {
    const std::string name = std::string(kExtension) + std::to_string(number);
    auto value = inner.filled_text(name.c_str());
    if (value) attributes.emplace(name, std::move(*value));
  }
  return attributes;
}

// In grace, Intune lets a device count as compliant in the directory already;
// what it has not decided is no reason to override the directory.
std::optional<bool> compliance(std::string_view state) {
  if (state == "compliant") return true;
  if (state == "noncompliant" || state == "conflict" || state == "error") {
    return false;
  }
  return std::nullopt;
}

// `value`, if nothing was found wrong.
template <class T>
Result<T> judged(const Members& members, T value) {
  if (auto good = members.verdict(); !good) return tl::unexpected(good.error());
  return value;
}

}  // namespace

std::optional<std::string> usable_name(std::optional<std::string> name) {
  const auto is_bad = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (name && (name->size() > 512 || std::ranges::any_of(*name, is_bad))) {
    name->clear();
  }
  return name;
}

std::string user_properties(std::string_view account_property) {
  std::string list = "id,accountEnabled,userPrincipalName,userType";
  if (account_property == "userPrincipalName") return list;
  return list.append(",").append(is_extension(account_property)
                                     ? kOnPremisesExtensions
                                     : account_property);
}

Result<std::optional<std::string>> read_removed(const Json& entry,
                                                const Place& place) {
  if (!entry.is_object() || !entry.contains(kRemoved)) return std::nullopt;
  auto id = read_id(entry, place);
  if (!id) return tl::unexpected(id.error());
  return std::move(*id);
}

Result<std::string> read_id(const Json& entry, const Place& place) {
  Members members(entry, place);
  return judged(members, members.text("id"));
}

bool is_whole_user(const Json& entry) {
  return entry.is_object() && entry.contains("accountEnabled") &&
         entry.contains("userPrincipalName");
}

Result<Person> read_user(const Json& entry, const Place& place,
                         std::string_view account_property) {
  Members user(entry, place);
  Members extensions(user, kOnPremisesExtensions);
  const std::string property(account_property);
  Person person;
  person.id = user.text("id");
  person.account_enabled = user.truth("accountEnabled");
  person.user_principal_name = user.text("userPrincipalName");
  person.user_type = user.filled_text("userType");
  Members& holder = is_extension(property) ? extensions : user;
  person.account = holder.filled_text(property.c_str());
  return judged(user, std::move(person));
}

Result<GroupChange> read_group(const Json& entry, const Place& place) {
  Members group(entry, place);
  GroupChange change;
  change.id = group.text("id");
  change.display_name = usable_name(group.optional_text("displayName"));
  const Json* members = group.optional_list("members@delta");
  if (auto good = group.verdict(); !good) return tl::unexpected(good.error());
  if (members == nullptr) return change;
  for (const Json& item : *members) {
    Members member(item, place);
    std::string id = member.text("id");
    const bool is_ours = may_be_person_or_group(member);
    if (auto good = member.verdict(); !good) {
      return tl::unexpected(good.error());
    }
    if (!is_ours) continue;
    (member.has(kRemoved) ? change.removed : change.added)
        .push_back(std::move(id));
  }
  return change;
}

Result<ScopedAssignment> read_role_assignment(const Json& entry,
                                              const Place& place) {
  Members members(entry, place);
  ScopedAssignment scoped;
  scoped.assignment.role = members.text("roleDefinitionId");
  scoped.assignment.principal = members.text("principalId");
  // Null where an application's scope stands instead.
  scoped.is_for_whole_directory =
      members.optional_text("directoryScopeId") == "/";
  return judged(members, std::move(scoped));
}

Result<RoleDefinition> read_role_definition(const Json& entry,
                                            const Place& place) {
  Members members(entry, place);
  RoleDefinition definition;
  definition.id = members.text("id");
  definition.template_id =
      members.optional_text("templateId").value_or(definition.id);
  return judged(members, std::move(definition));
}

Result<std::optional<Risk>> read_risky_user(const Json& entry,
                                            const Place& place) {
  Members members(entry, place);
  Risk risk;
  risk.id = members.text("id");
  risk.risk_level = members.text("riskLevel");
  risk.risk_state = members.text("riskState");
  risk.risk_detail = members.optional_text("riskDetail");
  risk.risk_last_updated_date_time =
      members.optional_text("riskLastUpdatedDateTime");
  const bool is_gone = members.optional_truth("isDeleted").value_or(false);
  std::optional<Risk> result;
  if (!is_gone) result = std::move(risk);
  return judged(members, std::move(result));
}

Result<Device> read_device(const Json& entry, const Place& place,
                           std::string_view key_property) {
  Members members(entry, place);
  Device device;
  device.device_id = members.text("deviceId");
  device.display_name = members.optional_text("displayName");
  device.account_enabled = members.truth("accountEnabled");
  device.is_compliant = members.optional_truth("isCompliant");
  device.trust_type = members.filled_text("trustType");
  device.operating_system = members.optional_text("operatingSystem");
  device.operating_system_version =
      members.optional_text("operatingSystemVersion");
  device.manufacturer = members.optional_text("manufacturer");
  device.model = members.optional_text("model");
  device.extension_attributes = read_extensions(members);
  const Json* list = members.optional_list("registeredOwners");
  auto owners = read_owners(list, place);
  if (!owners) return tl::unexpected(owners.error());
  device.owners = std::move(*owners);
  const auto keys = device.extension_attributes.find(std::string(key_property));
  if (keys != device.extension_attributes.end()) {
    device.ssh_keys = split_list(keys->second);
  }
  return judged(members, std::move(device));
}

Result<ManagedDevice> read_managed_device(const Json& entry,
                                          const Place& place) {
  Members members(entry, place);
  ManagedDevice device;
  device.device_id = members.optional_text("azureADDeviceId").value_or("");
  device.user_id = members.optional_text("userId").value_or("");
  device.is_compliant = compliance(members.text("complianceState"));
  return judged(members, std::move(device));
}

}  // namespace mfa::connector::graph
