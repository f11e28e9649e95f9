// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/read_policies.h"

#include <fmt/format.h>

#include <utility>

#include "agent/base/escape.h"
#include "agent/config/readers.h"
#include "agent/config/yaml.h"
#include "agent/policy/policy_draft.h"
#include "agent/policy/policy_rules.h"
#include "agent/policy/read_conditions.h"
#include "agent/policy/read_controls.h"

namespace mfa {
namespace {

using graph::Field;
using yaml::Node;

Result<> read_state(const Field& field, PolicyDraft& draft) {
  return assign(draft.policy.state,
                graph::read_word(field, graph_names<PolicyState>()));
}

constexpr PolicyMember kPolicyMembers[] = {
    {"id",
     [](const Field& field, PolicyDraft& draft) {
       return assign(draft.policy.id,
                     yaml::text(field.node, field.name, kMaxPolicyNameBytes));
     }},
    {"displayName",
     [](const Field& field, PolicyDraft& draft) {
       return assign(draft.policy.display_name,
                     yaml::text(field.node, field.name, kMaxPolicyNameBytes));
     }},
    {"description", any_text},
    {"templateId", any_text},
    {"createdDateTime", any_text},
    {"modifiedDateTime", any_text},
    {"deletedDateTime", any_text},
    {"state", read_state},
    {"conditions", read_conditions},
    {"grantControls", read_grant_controls},
    {"sessionControls", read_session_controls},
    {"partialEnablementStrategy", must_be_empty},
};

struct Required {
  std::string_view key;
  std::string_view advice;
};
constexpr Required kRequired[] = {
    {"displayName", "give the policy a name"},
    {"state", "write enabled, disabled or enabledForReportingButNotEnforced"},
    {"conditions", "write at least users and applications below it"},
};

Result<> check_required(const Field& policy) {
  for (const Required& member : kRequired) {
    if (!graph::present(policy.node, member.key)) {
      return graph::missing(policy, member.key, member.advice);
    }
  }
  return {};
}

std::string place_text(const yaml::Place& place) {
  return fmt::format("{}:{}:{}", *place.file, place.line, place.column);
}

Result<Policy> read_policy(const Node& node, const NamedLocations& locations) {
  const Field policy{node, "", "the policy"};
  PolicyDraft draft{locations, {}};
  draft.policy.place = place_text(node.place);
  if (auto ok = graph::read_members(policy, kPolicyMembers, draft); !ok) {
    return tl::unexpected(ok.error());
  }
  if (auto ok = check_required(policy); !ok) return tl::unexpected(ok.error());
  if (auto ok = check_password_change(node, draft.policy); !ok) {
    return tl::unexpected(ok.error());
  }
  return std::move(draft.policy);
}

// --- several files together --------------------------------------------------

tl::unexpected<Error> refused(const Policy& policy, std::string_view why) {
  return error(ErrorKind::malformed,
               fmt::format("{}: policy {} {}", policy.place,
                           quoted(policy.display_name), why));
}

}  // namespace

Result<std::vector<Policy>> read_policies(const yaml::Node& root,
                                          const NamedLocations& locations) {
  const auto objects =
      graph::objects_of(root, "the list of policies", kMaxPolicies);
  if (!objects) return tl::unexpected(objects.error());
  std::vector<Policy> policies;
  for (const Node& object : *objects) {
    auto policy = read_policy(object, locations);
    if (!policy) return tl::unexpected(policy.error());
    policies.push_back(std::move(*policy));
  }
  return policies;
}

Result<std::vector<Policy>> parse_policies(std::string_view text,
                                           std::string_view file,
                                           const NamedLocations& locations) {
  const auto root = yaml::parse(text, file, kMaxPolicyFileBytes);
  if (!root) return tl::unexpected(root.error());
  return read_policies(*root, locations);
}

Result<Policies> assemble(std::vector<Policy> list, NamedLocations locations,
                          bool security_defaults) {
  if (list.size() > kMaxPolicies) {
    return refused(
        list[kMaxPolicies],
        fmt::format("is one of {}, and at most {} are possible, whatever "
                    "their state; remove some",
                    list.size(), kMaxPolicies));
  }
  for (const Policy& policy : list) {
    if (security_defaults && policy.state == PolicyState::enabled) {
      return refused(policy,
                     "is enabled and security defaults are on, which exclude "
                     "each other; turn security defaults off, or set the "
                     "policy's state to enabledForReportingButNotEnforced or "
                     "disabled");
    }
  }
  return Policies{security_defaults, std::move(list), std::move(locations)};
}

}  // namespace mfa
