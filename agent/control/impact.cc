// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/impact.h"

#include <algorithm>

#include "agent/model/graph_names.h"

namespace mfa::control {
namespace {

constexpr PolicyResult kResults[] = {
    PolicyResult::report_only_failure, PolicyResult::report_only_interrupted,
    PolicyResult::report_only_success, PolicyResult::report_only_not_applied};

const Policy* find_policy(const Policies& policies, const std::string& name) {
  for (const Policy& policy : policies.list) {
    if (policy.display_name == name) return &policy;
  }
  return nullptr;
}

}  // namespace

std::optional<std::size_t> Impact::kind_of(PolicyResult result) {
  static_assert(std::size(kResults) == kKinds);
  const auto* found =
      std::find(std::begin(kResults), std::end(kResults), result);
  if (found == std::end(kResults)) return std::nullopt;
  return static_cast<std::size_t>(found - std::begin(kResults));
}

Impact::Sums* Impact::sums_of(const std::string& policy) {
  const auto found = policies_.find(policy);
  if (found != policies_.end()) return &found->second;
  if (policies_.size() >= kMaxImpactPolicies) return nullptr;
  return &policies_[policy];
}

std::size_t Impact::number_of(const std::string& person) {
  return people_.emplace(person, people_.size()).first->second;
}

void Impact::add(const SignInRecord& record) {
  if (!record.user_known) return;
  ++sign_ins_;
  const std::size_t person = number_of(record.user);
  for (const PolicyRow& row : record.policies) {
    const auto kind = kind_of(row.result);
    Sums* sums = kind ? sums_of(row.display_name) : nullptr;
    if (!sums) continue;
    Sum& sum = (*sums)[*kind];
    ++sum.sign_ins;
    if (sum.seen.size() <= person) sum.seen.resize(person + 1);
    if (!sum.seen[person]) ++sum.people;
    sum.seen[person] = true;
    sum.examples.push_back(record.id);
    if (sum.examples.size() > kImpactExamples) sum.examples.pop_front();
  }
}

Json Impact::sums_json(const std::string& name, const Sums& sums) {
  Json json = {{"displayName", name}, {"state", nullptr}};
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    json[std::string(graph_name(kResults[kind]))] = {
        {"signIns", sums[kind].sign_ins},
        {"people", sums[kind].people},
        {"examples", sums[kind].examples}};
  }
  return json;
}

Json Impact::policies_json(const Policies& policies) const {
  std::map<std::string, Sums> all = policies_;
  for (const Policy& policy : policies.list) {
    if (policy.state == PolicyState::report_only) all[policy.display_name];
  }
  Json list = Json::array();
  for (const auto& [name, sums] : all) {
    Json json = sums_json(name, sums);
    const Policy* policy = find_policy(policies, name);
    if (policy) json["state"] = graph_name(policy->state);
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace mfa::control
