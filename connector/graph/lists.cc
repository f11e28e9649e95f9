// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/lists.h"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

#include "connector/graph/managed_devices.h"
#include "connector/graph/read_records.h"

namespace mfa::connector::graph {
namespace {

using How = WalkEnd::How;

constexpr char kRoleManagement[] = "roleManagement/directory/";

Walk list_walk(const Tenant& tenant, std::string_view resource,
               std::string_view path, std::string_view query) {
  Walk walk;
  walk.resource = resource;
  walk.first_link = fmt::format("{}{}?{}", tenant.base_url, path, query);
  return walk;
}

// Definition's id -> template id, which policies name.
using Templates = std::unordered_map<std::string, std::string>;

Result<WalkEnd> read_templates(const Tenant& tenant, Templates& templates) {
  const auto on_entry = [&](const Json& entry, const Place& place) -> Result<> {
    auto definition = read_role_definition(entry, place);
    if (!definition) return tl::unexpected(definition.error());
    templates[std::move(definition->id)] = std::move(definition->template_id);
    if (templates.size() <= kMaxRoleDefinitions) return {};
    return error(
        ErrorKind::malformed,
        fmt::format("roleDefinitions: more than {}", kMaxRoleDefinitions));
  };
  return walk_pages(
      tenant.api, tenant.origin,
      list_walk(tenant, "roleDefinitions",
                fmt::format("{}roleDefinitions", kRoleManagement),
                fmt::format("$select={}", kRoleDefinitionProperties)),
      on_entry);
}

Result<> put_assignment(Generation& generation, const Json& entry,
                        const Place& place, const Templates& templates) {
  auto scoped = read_role_assignment(entry, place);
  if (!scoped) return tl::unexpected(scoped.error());
  if (!scoped->is_for_whole_directory) return {};
  RoleAssignment& assignment = scoped->assignment;
  const auto known = templates.find(assignment.role);
  if (known != templates.end()) assignment.role = known->second;
  return generation.put(std::move(assignment));
}

Result<> put_risk(Generation& generation, const Json& entry,
                  const Place& place) {
  auto risk = read_risky_user(entry, place);
  if (!risk) return tl::unexpected(risk.error());
  return *risk ? generation.put(std::move(**risk)) : Result<>();
}

Result<WalkEnd> read_managed(const Tenant& tenant, ManagedDevices& managed) {
  Walk walk =
      list_walk(tenant, "managedDevices", "deviceManagement/managedDevices",
                fmt::format("$select={}", kManagedDeviceProperties));
  walk.may_be_missing = true;
  return walk_pages(tenant.api, tenant.origin, walk,
                    [&](const Json& entry, const Place& place) -> Result<> {
                      const auto device = read_managed_device(entry, place);
                      if (!device) return tl::unexpected(device.error());
                      return managed.add(*device);
                    });
}

}  // namespace

Result<WalkEnd> bring_roles(const Tenant& tenant, Destination& to) {
  Templates templates;
  const auto known = read_templates(tenant, templates);
  if (!known || known->how != How::complete) return known;
  return bring_whole(
      tenant, to, Kind::roles,
      list_walk(tenant, "roleAssignments",
                fmt::format("{}roleAssignments", kRoleManagement),
                fmt::format("$select={}", kRoleProperties)),
      [&](Generation& generation, const Json& entry, const Place& place) {
        return put_assignment(generation, entry, place, templates);
      });
}

Result<WalkEnd> bring_risks(const Tenant& tenant, Destination& to) {
  Walk walk = list_walk(tenant, "riskyUsers", "identityProtection/riskyUsers",
                        fmt::format("$select={}&$top=500", kRiskProperties));
  walk.quota = Quota::protection;
  return bring_whole(tenant, to, Kind::risks, walk, put_risk);
}

Result<WalkEnd> bring_devices(const Tenant& tenant, Destination& to,
                              const Notice& not_permitted) {
  ManagedDevices managed;
  const auto known = read_managed(tenant, managed);
  if (!known) return known;
  if (known->how != How::complete) not_permitted(known->what);
  managed.sort();
  const auto put = [&](Generation& generation, const Json& entry,
                       const Place& place) -> Result<> {
    auto device = read_device(entry, place, tenant.config.device_key_property);
    if (!device) return tl::unexpected(device.error());
    managed.apply(*device);
    return generation.put(std::move(*device));
  };
  return bring_whole(
      tenant, to, Kind::devices,
      list_walk(tenant, "devices", "devices",
                fmt::format("$select={}&$expand=registeredOwners($select=id)",
                            kDeviceProperties)),
      put);
}

}  // namespace mfa::connector::graph
