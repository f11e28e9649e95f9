// SPDX-License-Identifier: BSD-3-Clause
//
// The policy evaluator alone: evaluations a second on one core, against the
// number of policies and of the person's groups.
#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "agent/config/role_names.h"
#include "agent/policy/evaluate.h"
#include "tests/bench/sections.h"

namespace mfa::bench {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr double kGoalRate = 200000;  // with 100 policies

Name group_name(std::size_t number) {
  return Name(fmt::format("department-{:05}-members", number));
}

NamedLocations two_locations() {
  auto locations = NamedLocations::parse(
      R"([{"displayName": "Office", "isTrusted": true,
           "ipRanges": ["203.0.113.0/24", "198.51.100.0/24"]},
          {"displayName": "Home countries",
           "countriesAndRegions": ["SE", "FR", "NL"]}])",
      "bench");
  if (!locations) std::abort();
  return std::move(*locations);
}

DeviceFilterCondition admin_workstations() {
  const char rule[] =
      "device.extensionAttribute1 -eq \"SAW\" -and device.isCompliant -eq "
      "True";
  auto filter = DeviceFilter::parse(rule);
  if (!filter) std::abort();
  return {true, std::move(*filter), rule};
}

// The kinds that tenants have, in turn: everybody but a group, two groups,
// administrators, a risk, a filter for devices.
Policy policy_number(std::size_t number) {
  Policy policy;
  policy.display_name = fmt::format("Policy {}", number);
  policy.state =
      number % 10 == 9 ? PolicyState::report_only : PolicyState::enabled;
  policy.grant.controls = {Control::mfa};
  PolicyConditions& conditions = policy.conditions;
  conditions.applications.include_all = true;
  conditions.users.exclude_groups = {Name("emergency-access")};
  switch (number % 5) {
    case 0:
      conditions.users.include_all = true;
      conditions.locations.emplace();
      conditions.locations->include_all = true;
      conditions.locations->exclude_trusted = true;
      break;
    case 1:
      conditions.users.include_groups = {group_name(number),
                                         group_name(number + 100000)};
      break;
    case 2:
      for (const RoleName& role : known_roles()) {
        conditions.users.include_roles.emplace_back(
            role_key(role.display_name));
      }
      break;
    case 3:
      conditions.users.include_all = true;
      conditions.sign_in_risk_levels = {RiskLevel::medium, RiskLevel::high};
      break;
    default:
      conditions.users.include_groups = {group_name(number)};
      conditions.devices = admin_workstations();
      break;
  }
  return policy;
}

Policies policies_of(std::size_t count) {
  Policies policies;
  policies.locations = two_locations();
  for (std::size_t i = 0; i < count; ++i) {
    policies.list.push_back(policy_number(i));
  }
  return policies;
}

SignInFacts person_in(std::size_t groups) {
  std::vector<Name> names;
  for (std::size_t i = 0; i < groups; ++i) names.push_back(group_name(i * 3));
  SignInFacts facts;
  facts.user.id = Name("15dc174b-f34c-4588-ac45-61d6e05dce93");
  facts.user.groups = NameSet(std::move(names));
  facts.user.roles = NameSet({Name(role_key("User Administrator"))});
  facts.application = Name("sshd");
  facts.client_app_type = ClientAppType::mobile_apps_and_desktop_clients;
  facts.ip_address = Address::parse("192.0.2.7");
  facts.sign_in_risk = RiskLevel::none;
  return facts;
}

struct Measured {
  double rate = 0;  // evaluations a second
  std::size_t memory_growth = 0;
};

Measured measure(const Policies& policies, const SignInFacts& facts) {
  Decision decision;
  evaluate(policies, facts, decision);
  const std::size_t before = mallinfo2().uordblks;
  const auto start = std::chrono::steady_clock::now();
  std::size_t count = 0;
  Seconds spent{};
  while (spent < std::chrono::milliseconds(200)) {
    for (int i = 0; i < 256; ++i) evaluate(policies, facts, decision);
    count += 256;
    spent = std::chrono::steady_clock::now() - start;
  }
  const std::size_t after = mallinfo2().uordblks;
  return {static_cast<double>(count) / spent.count(),
          after > before ? after - before : 0};
}

Measured best_of(unsigned rounds, const Policies& policies,
                 const SignInFacts& facts) {
  Measured best;
  for (unsigned i = 0; i < rounds; ++i) {
    const Measured now = measure(policies, facts);
    best.rate = std::max(best.rate, now.rate);
    best.memory_growth = std::max(best.memory_growth, now.memory_growth);
  }
  return best;
}

}  // namespace

bool policies(const Plan& plan) {
  fmt::print(
      "\n4. Evaluations of all policies, on one core (best of {} rounds)\n\n"
      "    policies   groups  evaluations/s  ns a policy  memory grew by\n",
      plan.rounds);
  double with_hundred = 0;
  for (const std::size_t count : {10u, 100u, 240u}) {
    const Policies all = policies_of(count);
    for (const std::size_t groups : {10u, 2000u}) {
      const Measured now = best_of(plan.rounds, all, person_in(groups));
      if (count == 100) with_hundred = now.rate;
      fmt::print("  {:>10} {:>8} {:>14.0f} {:>12.1f} {:>15}\n", count, groups,
                 now.rate, 1e9 / now.rate / static_cast<double>(count),
                 now.memory_growth);
    }
  }
  fmt::print(
      "\n  with 100 policies and 2000 groups: {:.0f} a second (goal "
      "{:.0f}): {}\n",
      with_hundred, kGoalRate,
      with_hundred >= kGoalRate ? "reached" : "MISSED");
  return true;
}

}  // namespace mfa::bench
