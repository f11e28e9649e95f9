// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "agent/base/escape.h"
#include "agent/policy/lint_rules.h"

namespace mfa {
namespace {

// More names than this in a sentence hide what it says.
constexpr std::size_t kNamesInSentence = 8;

// Entra takes only narrower networks. Neighbouring ranges are one by now, so
// that two halves do not hide how wide the whole is.
constexpr unsigned kWidestPrefix = 8;

Severity weighed(Severity severity, PolicyState state) {
  if (state != PolicyState::disabled) return severity;
  return severity == Severity::error ? Severity::warning : Severity::note;
}

// --- between policies --------------------------------------------------------

void lint_security_defaults(const Policy& policy,
                            const Surroundings& surroundings,
                            Complaints& complaints) {
  if (!surroundings.security_defaults || policy.state != PolicyState::enabled) {
    return;
  }
  complaints.add(
      Severity::error, "securityDefaults",
      "it is enabled while security defaults are on, which exclude each other",
      "turn security defaults off (security_defaults: {enabled: false}), or "
      "set its state to enabledForReportingButNotEnforced");
}

// The first policy with each name or id.
using Firsts = std::map<std::string, const Policy*>;

void lint_duplicate(const Policy& policy, const std::string& value,
                    std::string_view member, Firsts& firsts,
                    Complaints& complaints) {
  if (value.empty()) return;
  const auto [first, is_new] = firsts.emplace(value, &policy);
  if (is_new) return;
  complaints.add(
      Severity::warning, "duplicate",
      fmt::format("its {} {} is also that of the policy at {}", member,
                  quoted(value), escaped(first->second->place)),
      "give each its own, or nobody can tell them apart in the sign-in log");
}

// --- named locations ---------------------------------------------------------

std::uint64_t big_endian(const Address& address, std::size_t from,
                         std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = from; i < from + count; ++i) {
    value = value << 8 | address.bytes()[i];
  }
  return value;
}

bool is_too_wide(const NamedLocation::Range& range) {
  const bool v4 = range.first.is_v4();
  const std::size_t from = v4 ? 12 : 0;  // the upper half of IPv6 tells
  const std::size_t count = v4 ? 4 : 8;
  const std::uint64_t least = std::uint64_t{1} << (8 * count - kWidestPrefix);
  return big_endian(range.second, from, count) -
             big_endian(range.first, from, count) >=
         least - 1;
}

void lint_location(const NamedLocation& location, std::vector<Finding>& all) {
  const auto wide =
      std::find_if(location.ranges.begin(), location.ranges.end(), is_too_wide);
  if (wide == location.ranges.end()) return;
  all.push_back({Severity::warning, "wideNetwork", "", "",
                 fmt::format("the named location {} holds {} to {}, a network "
                             "of /{} or more",
                             quoted(location.display_name), wide->first.str(),
                             wide->second.str(), kWidestPrefix),
                 "name the networks that are really yours; Entra accepts no "
                 "range so wide"});
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return {};
}

void Complaints::add(Severity severity, std::string_view rule, std::string what,
                     std::string advice) {
  all_.push_back({weighed(severity, policy_.state), rule, policy_.display_name,
                  policy_.place, std::move(what), std::move(advice)});
}

std::string listed(const std::vector<std::string>& names) {
  std::string all;
  const std::size_t shown = std::min(names.size(), kNamesInSentence);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) all += ", ";
    all += quoted(names[i]);
  }
  if (shown < names.size()) {
    all += fmt::format(" and {} more", names.size() - shown);
  }
  return all;
}

std::vector<Finding> lint(const Policies& policies,
                          const Surroundings& surroundings) {
  std::vector<Finding> all;
  Firsts names;
  Firsts ids;
  for (std::size_t i = 0; i < policies.list.size(); ++i) {
    const Policy& policy = policies.list[i];
    Complaints complaints(policy, all);
    lint_security_defaults(policy, surroundings, complaints);
    lint_reach(policy, policies.locations, complaints);
    lint_knowledge(policy, policies.locations, surroundings, complaints);
    lint_controls(policy, surroundings, complaints);
    lint_names(policy, i, policies.locations, surroundings, complaints);
    lint_duplicate(policy, policy.display_name, "displayName", names,
                   complaints);
    lint_duplicate(policy, policy.id, "id", ids, complaints);
  }
  for (const NamedLocation& location : policies.locations.list()) {
    lint_location(location, all);
  }
  return all;
}

}  // namespace mfa
