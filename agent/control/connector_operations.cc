// SPDX-License-Identifier: BSD-3-Clause
//
// What can be called on connector.sock.
#include "agent/control/connector_handlers.h"
#include "agent/control/endpoint.h"
#include "agent/control/handlers.h"
#include "agent/control/interface_text.h"

namespace mfa::control {
namespace {

constexpr Parameter kGeneration = {"generation", Type::number, true};
constexpr Parameter kSource = {"source", Type::text, true};
constexpr Parameter kGroupId = {"group", Type::text, true};
constexpr Parameter kAssignments = {"assignments", Type::list, true,
                                    "RoleAssignment"};

constexpr Parameter list_of(std::string_view name, std::string_view item) {
  return {name, Type::list, true, item};
}

constexpr Parameter kInterface[] = {{"interface", Type::text, true}};
constexpr Parameter kBegin[] = {kSource,
                                {"full", Type::boolean, true},
                                list_of("kinds", "Kind"),
                                {"base", Type::number, true}};
constexpr Parameter kPeople[] = {kGeneration, list_of("people", "Person")};
constexpr Parameter kGroups[] = {kGeneration, list_of("groups", "Group")};
constexpr Parameter kMembers[] = {kGeneration, kGroupId,
                                  list_of("members", "string")};
constexpr Parameter kRoles[] = {kGeneration, kAssignments};
constexpr Parameter kRisks[] = {kGeneration, list_of("risks", "Risk")};
constexpr Parameter kDevices[] = {kGeneration, list_of("devices", "Device")};
constexpr Parameter kIds[] = {kGeneration, list_of("ids", "string")};
constexpr Parameter kCommit[] = {kGeneration,
                                 {"token", Type::text},
                                 {"removeAbsent", Type::boolean, true},
                                 list_of("upToDate", "Kind")};
constexpr Parameter kAbort[] = {kGeneration};
constexpr Parameter kUpToDate[] = {kSource, list_of("kinds", "Kind")};
constexpr Parameter kTrouble[] = {
    kSource, {"message", Type::text, true}, {"nextTryDateTime", Type::text}};
constexpr Parameter kWorkDone[] = {{"id", Type::number, true},
                                   {"done", Type::boolean, true},
                                   {"message", Type::text}};

constexpr Operation row(std::string_view name,
                        asio::awaitable<Reply> (*run)(Call&),
                        std::span<const Parameter> parameters = {}) {
  return {name, Privilege::connector, About::nobody, run, parameters};
}

constexpr Operation kOperations[] = {
    row("org.varlink.service.GetInfo", get_info),
    row("org.varlink.service.GetInterfaceDescription",
        get_interface_description, kInterface),

    row("org.pammfa.Connector.GetState", get_state),
    row("org.pammfa.Connector.Begin", begin_generation, kBegin),
    row("org.pammfa.Connector.PutPeople", put_people, kPeople),
    row("org.pammfa.Connector.PutGroups", put_groups, kGroups),
    row("org.pammfa.Connector.AddMembers", add_members, kMembers),
    row("org.pammfa.Connector.RemoveMembers", remove_members, kMembers),
    row("org.pammfa.Connector.PutRoleAssignments", put_role_assignments,
        kRoles),
    row("org.pammfa.Connector.PutRisks", put_risks, kRisks),
    row("org.pammfa.Connector.PutDevices", put_devices, kDevices),
    row("org.pammfa.Connector.Remove", remove_records, kIds),
    row("org.pammfa.Connector.RemoveRoleAssignments", remove_role_assignments,
        kRoles),
    row("org.pammfa.Connector.Present", note_present, kIds),
    row("org.pammfa.Connector.Commit", commit_generation, kCommit),
    row("org.pammfa.Connector.Abort", abort_generation, kAbort),
    row("org.pammfa.Connector.UpToDate", confirm_up_to_date, kUpToDate),
    row("org.pammfa.Connector.ReportTrouble", report_trouble, kTrouble),
    row("org.pammfa.Connector.Work", wait_for_work),
    row("org.pammfa.Connector.WorkDone", finish_work, kWorkDone),
};

}  // namespace

const Endpoint& connector_endpoint() {
  static constexpr Endpoint kEndpoint = {"connector",
                                         kConnectorInterface,
                                         kOperations,
                                         Privilege::connector,
                                         kMaxConnectorMessage,
                                         kConnectorSeats,
                                         &Context::connector_load,
                                         &Times::connector_idle};
  return kEndpoint;
}

}  // namespace mfa::control
