// SPDX-License-Identifier: BSD-3-Clause
#include "connector/agent/records_json.h"

#include <nlohmann/json.hpp>

namespace mfa::connector {
namespace {

using Json = nlohmann::ordered_json;

std::optional<std::string> text_of(const Json& json) {
  try {
    return json.dump();
  } catch (const Json::type_error&) {
    return std::nullopt;
  }
}

template <class T>
void set(Json& json, const char* name, const std::optional<T>& value) {
  if (value) json[name] = *value;
}

}  // namespace

std::optional<std::string> to_json(const Person& person) {
  Json json = {{"id", person.id}, {"names", person.names}};
  set(json, "account", person.account);
  set(json, "uid", person.uid);
  set(json, "userPrincipalName", person.user_principal_name);
  json["accountEnabled"] = person.account_enabled;
  set(json, "userType", person.user_type);
  json["memberOf"] = person.member_of;
  return text_of(json);
}

std::optional<std::string> to_json(const Group& group) {
  Json json = {{"id", group.id}, {"names", group.names}};
  set(json, "displayName", group.display_name);
  json["members"] = group.members;
  json["memberOf"] = group.member_of;
  return text_of(json);
}

std::optional<std::string> to_json(const RoleAssignment& assignment) {
  return text_of(
      {{"role", assignment.role}, {"principal", assignment.principal}});
}

std::optional<std::string> to_json(const Risk& risk) {
  Json json = {{"id", risk.id},
               {"riskLevel", risk.risk_level},
               {"riskState", risk.risk_state}};
  set(json, "riskDetail", risk.risk_detail);
  set(json, "riskLastUpdatedDateTime", risk.risk_last_updated_date_time);
  return text_of(json);
}

std::optional<std::string> to_json(const Device& device) {
  Json json = {{"deviceId", device.device_id}};
  set(json, "displayName", device.display_name);
  json["accountEnabled"] = device.account_enabled;
  set(json, "isCompliant", device.is_compliant);
  set(json, "trustType", device.trust_type);
  set(json, "operatingSystem", device.operating_system);
  set(json, "operatingSystemVersion", device.operating_system_version);
  set(json, "manufacturer", device.manufacturer);
  set(json, "model", device.model);
  json["extensionAttributes"] = device.extension_attributes;
  json["owners"] = device.owners;
  json["sshKeys"] = device.ssh_keys;
  return text_of(json);
}

std::optional<std::string> to_json(std::string_view text) {
  return text_of(Json(text));
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::people:
      return "people";
    case Kind::roles:
      return "roles";
    case Kind::risks:
      return "risks";
    case Kind::devices:
      return "devices";
  }
  return "people";
}

}  // namespace mfa::connector
