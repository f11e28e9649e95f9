// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/read_conditions.h"

#include <fmt/format.h>

#include "agent/policy/read_assignments.h"

namespace mfa {
namespace {

using graph::Field;
using yaml::error_at;
using yaml::Node;

// Of the kind that cannot happen here; see PolicyConditions.
enum class InsiderRisk { minor, moderate, elevated };
constexpr GraphName<InsiderRisk> kInsiderRisks[] = {
    {InsiderRisk::minor, "minor"},
    {InsiderRisk::moderate, "moderate"},
    {InsiderRisk::elevated, "elevated"},
};

enum class FilterMode { include, exclude };
constexpr GraphName<FilterMode> kFilterModes[] = {
    {FilterMode::include, "include"},
    {FilterMode::exclude, "exclude"},
};

PolicyConditions& conditions_of(PolicyDraft& draft) {
  return draft.policy.conditions;
}

// Excluding from nothing would look as if the policy applied elsewhere.
Result<> check_has_include(const Field& field, std::string_view include,
                           std::string_view exclude, std::string_view all) {
  if (graph::has_entries(field.node, include) ||
      !graph::has_entries(field.node, exclude)) {
    return {};
  }
  return graph::missing(field, include,
                        fmt::format("{} takes away from it; write {}: [{}]",
                                    exclude, include, all));
}

// --- clients and platforms ---------------------------------------------------

Result<> read_client_app_types(const Field& list, PolicyDraft& draft) {
  auto& types = conditions_of(draft).client_app_types;
  bool all = false;
  auto ok = graph::read_set_or_all(list, types, all);
  if (all) types = {};
  return ok;
}

Result<> read_exclude_platforms(const Field& list, PlatformsCondition& to) {
  bool all = false;
  if (auto ok = graph::read_set_or_all(list, to.exclude, all); !ok) return ok;
  if (!all) return {};
  return graph::excludes_everything(list, *graph::find_text(list.node, "all"));
}

constexpr graph::Member<PlatformsCondition> kPlatformMembers[] = {
    {"includePlatforms",
     [](const Field& list, PlatformsCondition& to) {
       return graph::read_set_or_all(list, to.include, to.include_all);
     }},
    {"excludePlatforms", read_exclude_platforms},
};

Result<> read_platforms(const Field& field, PolicyDraft& draft) {
  PlatformsCondition platforms;
  if (auto ok = graph::read_members(field, kPlatformMembers, platforms); !ok) {
    return ok;
  }
  if (graph::has_entries(field.node, "includePlatforms")) {
    conditions_of(draft).platforms = platforms;
  }
  return check_has_include(field, "includePlatforms", "excludePlatforms",
                           "all");
}

// --- locations ---------------------------------------------------------------

struct LocationsDraft {
  PolicyDraft& draft;
  LocationsCondition condition;
};

void add_location(const std::string& name, std::vector<std::size_t>& to,
                  PolicyDraft& draft) {
  if (const auto index = draft.locations.find(name)) {
    to.push_back(*index);
  } else {
    draft.policy.unresolved_locations.push_back(name);
  }
}

Result<> read_include_locations(const Field& list, LocationsDraft& to) {
  return graph::each_text(
      list, [&](const Field&, const std::string& name) -> Result<> {
        const std::string word = lower_case(name);
        if (word == "all") {
          to.condition.include_all = true;
        } else if (word == "alltrusted") {
          to.condition.include_trusted = true;
        } else {
          add_location(name, to.condition.include, to.draft);
        }
        return {};
      });
}

Result<> read_exclude_locations(const Field& list, LocationsDraft& to) {
  return graph::each_text(
      list, [&](const Field& item, const std::string& name) -> Result<> {
        const std::string word = lower_case(name);
        if (word == "all") return graph::excludes_everything(item, item.node);
        if (word == "alltrusted") {
          to.condition.exclude_trusted = true;
        } else {
          add_location(name, to.condition.exclude, to.draft);
        }
        return {};
      });
}

constexpr graph::Member<LocationsDraft> kLocationMembers[] = {
    {"includeLocations", read_include_locations},
    {"excludeLocations", read_exclude_locations},
};

Result<> read_locations(const Field& field, PolicyDraft& draft) {
  LocationsDraft locations{draft, {}};
  if (auto ok = graph::read_members(field, kLocationMembers, locations); !ok) {
    return ok;
  }
  if (graph::has_entries(field.node, "includeLocations")) {
    conditions_of(draft).locations = std::move(locations.condition);
  }
  return check_has_include(field, "includeLocations", "excludeLocations",
                           "All");
}

// --- devices -----------------------------------------------------------------

Result<> read_filter_rule(const Field& rule, DeviceFilterCondition& to) {
  if (rule.node.kind != Node::Kind::scalar) {
    return error_at(rule.node.place,
                    fmt::format("{} is no text; write a rule such as "
                                "'device.isCompliant -eq True'",
                                rule.name));
  }
  auto filter = DeviceFilter::parse(rule.node.scalar);
  if (!filter) {
    return error_at(rule.node.place,
                    fmt::format("{}: {}", rule.name, filter.error().what));
  }
  to.filter = std::move(*filter);
  to.rule = rule.node.scalar;
  return {};
}

constexpr graph::Member<DeviceFilterCondition> kFilterMembers[] = {
    {"mode",
     [](const Field& field, DeviceFilterCondition& to) -> Result<> {
       const auto mode = graph::read_word<FilterMode>(field, kFilterModes);
       if (!mode) return tl::unexpected(mode.error());
       to.exclude = *mode == FilterMode::exclude;
       return {};
     }},
    {"rule", read_filter_rule},
};

Result<> read_device_filter(const Field& field, PolicyDraft& draft) {
  DeviceFilterCondition condition;
  if (auto ok = graph::read_members(field, kFilterMembers, condition); !ok) {
    return ok;
  }
  if (!graph::present(field.node, "mode")) {
    return graph::missing(field, "mode", "write include or exclude");
  }
  if (!graph::present(field.node, "rule")) {
    return graph::missing(field, "rule",
                          "write a rule such as 'device.isCompliant -eq "
                          "True', or remove deviceFilter");
  }
  conditions_of(draft).devices = std::move(condition);
  return {};
}

constexpr PolicyMember kDeviceMembers[] = {
    {"deviceFilter", read_device_filter},
    {"includeDevices", must_be_empty},
    {"excludeDevices", must_be_empty},
    {"includeDeviceStates", must_be_empty},
    {"excludeDeviceStates", must_be_empty},
};

// --- what cannot sign in here ------------------------------------------------

Result<> read_service_principal_risk(const Field& list, PolicyDraft& draft) {
  EnumSet<RiskLevel> levels;
  auto ok = graph::read_set(list, graph_names<RiskLevel>(), levels);
  conditions_of(draft).not_about_sign_ins |= !levels.empty();
  return ok;
}

Result<> read_insider_risk(const Field& flags, PolicyDraft& draft) {
  EnumSet<InsiderRisk> levels;
  auto ok = graph::read_flags<InsiderRisk>(flags, kInsiderRisks, levels);
  conditions_of(draft).not_about_sign_ins |= !levels.empty();
  return ok;
}

Result<> any_texts(const Field& list, PolicyDraft&) {
  return graph::each_text(
      list, [](const Field&, std::string_view) { return Result<>(); });
}

Result<> read_service_principals(const Field& list, PolicyDraft& draft) {
  conditions_of(draft).not_about_sign_ins |= !list.node.items.empty();
  return any_texts(list, draft);
}

Result<> read_service_principal_filter(const Field& filter,
                                       PolicyDraft& draft) {
  constexpr std::string_view kKeys[] = {"mode", "rule"};
  draft.note(
      fmt::format("{} has no effect: service principals cannot sign in "
                  "here",
                  filter.name));
  return graph::check_keys(filter, kKeys);
}

constexpr PolicyMember kClientApplicationMembers[] = {
    {"includeServicePrincipals", read_service_principals},
    {"excludeServicePrincipals", any_texts},
    {"servicePrincipalFilter", read_service_principal_filter},
    {"includeAgentIdServicePrincipals", must_be_empty},
    {"excludeAgentIdServicePrincipals", must_be_empty},
    {"agentIdServicePrincipalFilter", must_be_empty},
};

// --- flows -------------------------------------------------------------------

constexpr PolicyMember kFlowMembers[] = {
    {"transferMethods",
     [](const Field& flags, PolicyDraft& draft) {
       return graph::read_flags(flags, graph_names<AuthenticationFlow>(),
                                conditions_of(draft).authentication_flows);
     }},
};

constexpr PolicyMember kConditionMembers[] = {
    {"users", read_users},
    {"applications", read_applications},
    {"clientAppTypes", read_client_app_types},
    {"platforms", read_platforms},
    {"locations", read_locations},
    {"signInRiskLevels",
     [](const Field& list, PolicyDraft& draft) {
       return graph::read_set(list, graph_names<RiskLevel>(),
                              conditions_of(draft).sign_in_risk_levels);
     }},
    {"userRiskLevels",
     [](const Field& list, PolicyDraft& draft) {
       return graph::read_set(list, graph_names<RiskLevel>(),
                              conditions_of(draft).user_risk_levels);
     }},
    {"servicePrincipalRiskLevels", read_service_principal_risk},
    {"insiderRiskLevels", read_insider_risk},
    {"devices",
     [](const Field& devices, PolicyDraft& draft) {
       return graph::read_members(devices, kDeviceMembers, draft);
     }},
    {"authenticationFlows",
     [](const Field& flows, PolicyDraft& draft) {
       return graph::read_members(flows, kFlowMembers, draft);
     }},
    {"clientApplications",
     [](const Field& clients, PolicyDraft& draft) {
       return graph::read_members(clients, kClientApplicationMembers, draft);
     }},
    {"times", must_be_empty},
    {"deviceStates", must_be_empty},
    {"agentIdRiskLevels", must_be_empty},
};

}  // namespace

Result<> read_conditions(const Field& conditions, PolicyDraft& draft) {
  auto ok = graph::read_members(conditions, kConditionMembers, draft);
  if (ok && !graph::present(conditions.node, "applications")) {
    return graph::missing(conditions, "applications",
                          "write applications: {includeApplications: [All]}, "
                          "or the PAM services it is about");
  }
  return ok;
}

}  // namespace mfa
