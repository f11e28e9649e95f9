// SPDX-License-Identifier: BSD-3-Clause
//
// From Graph's objects to our records. What Graph always has must be there and
// of its type, else an error names it; whether a value makes sense is for the
// agent to say. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "connector/graph/members.h"
#include "connector/model/records.h"

namespace mfa::connector::graph {

// A name that the agent would refuse names no group in a policy; the group is
// there all the same, by its id.
std::optional<std::string> usable_name(std::optional<std::string> name);

// $select of each collection: nothing that is not used.
std::string user_properties(std::string_view account_property);
inline constexpr char kGroupProperties[] = "displayName,members";
inline constexpr char kRoleProperties[] =
    "id,principalId,roleDefinitionId,directoryScopeId";
inline constexpr char kRoleDefinitionProperties[] = "id,templateId";
inline constexpr char kRiskProperties[] =
    "id,isDeleted,riskLevel,riskState,riskDetail,riskLastUpdatedDateTime";
inline constexpr char kDeviceProperties[] =
    "id,deviceId,displayName,accountEnabled,isCompliant,trustType,"
    "operatingSystem,operatingSystemVersion,manufacturer,model,"
    "extensionAttributes";
inline constexpr char kManagedDeviceProperties[] =
    "id,userId,azureADDeviceId,complianceState";

// An entry of a delta that says that an object is gone: its id.
Result<std::optional<std::string>> read_removed(const Json& entry,
                                                const Place& place);
Result<std::string> read_id(const Json& entry, const Place& place);

// Whether all is there that Graph has of everybody: without it, an entry of a
// delta is only a part of the person.
bool is_whole_user(const Json& entry);
Result<Person> read_user(const Json& entry, const Place& place,
                         std::string_view account_property);

struct GroupChange {
  std::string id;
  std::optional<std::string> display_name;  // nullopt: as before
  // People and groups; devices and the like are left out.
  std::vector<std::string> added, removed;
};
Result<GroupChange> read_group(const Json& entry, const Place& place);

struct ScopedAssignment {
  RoleAssignment assignment;  // role: the definition's id
  bool is_for_whole_directory = false;
};
Result<ScopedAssignment> read_role_assignment(const Json& entry,
                                              const Place& place);

struct RoleDefinition {
  std::string id;
  std::string template_id;
};
Result<RoleDefinition> read_role_definition(const Json& entry,
                                            const Place& place);

// nullopt: of a person who is gone.
Result<std::optional<Risk>> read_risky_user(const Json& entry,
                                            const Place& place);

// `key_property`: the extension attribute with the device's fingerprints, or
// "".
Result<Device> read_device(const Json& entry, const Place& place,
                           std::string_view key_property);

struct ManagedDevice {
  std::string device_id;
  std::string user_id;  // "": nobody's
  // nullopt: Intune has not decided; the directory's own word stands.
  std::optional<bool> is_compliant;
};
Result<ManagedDevice> read_managed_device(const Json& entry,
                                          const Place& place);

}  // namespace mfa::connector::graph
