// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/directory_json.h"

#include "agent/control/connector_call.h"
#include "agent/model/graph_names.h"

namespace mfa::control {
namespace {

using Standing = CentralRecord::Standing;

Json null_if_empty(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json instant_json(const std::optional<Instant>& instant) {
  return instant ? Json(to_iso8601(*instant)) : Json(nullptr);
}

template <class E>
Json name_json(const std::optional<E>& value) {
  return value ? Json(graph_name(*value)) : Json(nullptr);
}

Json kinds_json(const CacheStatus& status) {
  Json kinds = Json::array();
  for (const KindStatus& kind : status.kinds) {
    kinds.push_back({{"kind", name_of(kind.kind)},
                     {"upToDateDateTime", instant_json(kind.up_to_date)},
                     {"softExpired", kind.soft_expired},
                     {"hardExpired", kind.hard_expired}});
  }
  return kinds;
}

Json held_json(const std::optional<HeldChange>& held) {
  if (!held) return nullptr;
  return {{"sinceDateTime", to_iso8601(held->since)},
          {"what", held->what},
          {"tooOldFromDateTime", instant_json(held->too_old_from)}};
}

Json trouble_json(const std::optional<ConnectorState::Trouble>& trouble) {
  if (!trouble) return nullptr;
  return {{"source", trouble->source},
          {"message", trouble->message},
          {"dateTime", to_iso8601(trouble->at)},
          {"nextTryDateTime", instant_json(trouble->next_try)}};
}

Json connector_json(const ConnectorState& connector) {
  return {{"connected", connector.waiting_for_work > 0},
          {"lastCallDateTime", instant_json(connector.last_call)},
          {"syncWanted", connector.sync_wanted},
          {"trouble", trouble_json(connector.trouble)}};
}

const char* standing_name(Standing standing) {
  switch (standing) {
    case Standing::unknown:
      return "unknown";
    case Standing::enabled:
      return "enabled";
    case Standing::disabled:
      return "disabled";
    case Standing::conflict:
      return "conflict";
  }
  return "conflict";
}

Json device_json(const DirectoryDevice& device) {
  const auto text = [&](DeviceText attribute) {
    return null_if_empty(device.device.text(attribute).value_or(""));
  };
  const auto& compliant = device.device.is_compliant;
  return {{"deviceId", text(DeviceText::device_id)},
          {"displayName", text(DeviceText::display_name)},
          {"accountEnabled", device.enabled},
          {"isCompliant", compliant ? Json(*compliant) : Json(nullptr)},
          {"trustType", text(DeviceText::trust_type)},
          {"sshKeys", device.ssh_keys}};
}

Json devices_json(const CentralRecord& record) {
  Json devices = Json::array();
  for (const DirectoryDevice& device : record.devices) {
    devices.push_back(device_json(device));
  }
  return devices;
}

}  // namespace

Json directory_status_json(const CacheStatus& status,
                           const ConnectorState& connector,
                           std::size_t reports) {
  const bool any = status.generation > 0;
  return {{"source", null_if_empty(status.source)},
          {"generation", status.generation},
          {"committedDateTime",
           any ? Json(to_iso8601(status.committed)) : Json(nullptr)},
          {"fullSyncWanted", status.full_sync_wanted},
          {"people", status.people},
          {"groups", status.groups},
          {"devices", status.devices},
          {"atRisk", status.at_risk},
          {"disabled", status.disabled},
          {"bytesOnDisk", status.bytes_on_disk},
          {"kinds", kinds_json(status)},
          {"held", held_json(status.held)},
          {"ambiguousAccounts", status.ambiguous_accounts},
          {"ambiguous", status.ambiguous},
          {"refusedRecords", status.refused_records},
          {"refusals", status.refusals},
          {"connector", connector_json(connector)},
          {"reportsWaiting", reports}};
}

Json central_json(const Person& person) {
  if (!person.central) return nullptr;
  const CentralRecord& record = *person.central;
  return {{"standing", standing_name(record.standing)},
          {"detail", null_if_empty(record.detail)},
          {"id", null_if_empty(record.id)},
          {"userPrincipalName", null_if_empty(record.principal_name)},
          {"userType", record.is_guest ? "Guest" : "Member"},
          {"riskLevel", name_json(record.risk)},
          {"membershipsFresh", record.memberships_are_fresh},
          {"devicesFresh", record.devices_are_fresh},
          {"devices", devices_json(record)}};
}

}  // namespace mfa::control
