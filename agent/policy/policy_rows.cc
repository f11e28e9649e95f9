// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/policy_rows.h"

#include "agent/model/graph_names.h"
#include "agent/policy/evaluate.h"

namespace mfa {
namespace {

PolicyRow row_of(const Policy& policy, const PolicyFinding& finding) {
  PolicyRow row{policy.display_name, finding.result, {}};
  if (!finding.applies()) return row;
  if (policy.grant.block) row.enforced_grant_controls.emplace_back("block");
  policy.grant.controls.for_each([&](Control control) {
    row.enforced_grant_controls.emplace_back(graph_name(control));
  });
  return row;
}

}  // namespace

std::vector<PolicyRow> policy_rows(const Policies& policies,
                                   const Decision& decision) {
  std::vector<PolicyRow> rows;
  rows.reserve(decision.policies.size());
  for (std::size_t i = 0; i < decision.policies.size(); ++i) {
    rows.push_back(row_of(policy_of(policies, i), decision.policies[i]));
  }
  return rows;
}

}  // namespace mfa
