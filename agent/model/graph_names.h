// SPDX-License-Identifier: BSD-3-Clause
//
// How Microsoft Graph spells the values of our enumerations. Spelling is
// exact: what Graph would not write is no value.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agent/model/controls.h"
#include "agent/model/decision.h"
#include "agent/model/risk.h"
#include "agent/model/sign_in_facts.h"

namespace mfa {

template <class E>
struct GraphName {
  E value;
  std::string_view name;
};

// One table for each enumeration; defined in graph_names.cc for: Control,
// ClientAppType, DevicePlatform, RiskLevel, RiskState, AuthenticationFlow,
// MethodMode, Verdict, AnalysisReason, PolicyOutcome, PolicyResult,
// FrequencyUnit, PersistentBrowser, and UserAction as a sign-in spells it
// (registerSecurityInformation).
template <class E>
std::span<const GraphName<E>> graph_names();

template <>
std::span<const GraphName<Control>> graph_names();
template <>
std::span<const GraphName<ClientAppType>> graph_names();
template <>
std::span<const GraphName<DevicePlatform>> graph_names();
template <>
std::span<const GraphName<RiskLevel>> graph_names();
template <>
std::span<const GraphName<RiskState>> graph_names();
template <>
std::span<const GraphName<AuthenticationFlow>> graph_names();
template <>
std::span<const GraphName<UserAction>> graph_names();
template <>
std::span<const GraphName<MethodMode>> graph_names();
template <>
std::span<const GraphName<Verdict>> graph_names();
template <>
std::span<const GraphName<AnalysisReason>> graph_names();
template <>
std::span<const GraphName<PolicyOutcome>> graph_names();
template <>
std::span<const GraphName<PolicyResult>> graph_names();
template <>
std::span<const GraphName<FrequencyUnit>> graph_names();
template <>
std::span<const GraphName<PersistentBrowser>> graph_names();

template <class E>
std::string_view graph_name(E value) {
  for (const auto& known : graph_names<E>()) {
    if (known.value == value) return known.name;
  }
  return {};
}

template <class E>
std::optional<E> from_graph_name(std::string_view name) {
  for (const auto& known : graph_names<E>()) {
    if (known.name == name) return known.value;
  }
  return std::nullopt;
}

// "password,softwareOath" in any order; nullopt: not a combination of modes.
std::optional<MethodCombination> parse_combination(std::string_view text);
std::string to_string(const MethodCombination& combination);

}  // namespace mfa
