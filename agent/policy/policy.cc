// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/policy.h"

namespace mfa {
namespace {

constexpr GraphName<PolicyState> kStates[] = {
    {PolicyState::disabled, "disabled"},
    {PolicyState::report_only, "enabledForReportingButNotEnforced"},
    {PolicyState::enabled, "enabled"},
};

}  // namespace

template <>
std::span<const GraphName<PolicyState>> graph_names() {
  return kStates;
}

}  // namespace mfa
