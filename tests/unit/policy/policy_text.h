// SPDX-License-Identifier: BSD-3-Clause
//
// Policies as text for the tests of their readers. A `^` in a text stands
// right before what an error must point at.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/policy/read_policies.h"
#include "tests/check.h"

namespace mfa::policy_text {

// A policy for all applications, and these lines at its end.
inline std::string with(std::string_view lines) {
  return "displayName: P\nstate: enabled\n"
         "conditions: {applications: {includeApplications: [All]}}\n" +
         std::string(lines) + "\n";
}

// The same with another condition.
inline std::string with_condition(std::string_view line) {
  return "displayName: P\nstate: enabled\nconditions:\n"
         "  applications: {includeApplications: [All]}\n  " +
         std::string(line) + "\n";
}

// A policy with this as its `applications`.
inline std::string with_applications(std::string_view flow) {
  return "displayName: P\nstate: enabled\nconditions:\n  applications: " +
         std::string(flow) + "\n";
}

inline NamedLocations some_locations() {
  auto locations = NamedLocations::parse(
      "- {id: 6b7e, displayName: Office, isTrusted: true, ipRanges: "
      "[{cidrAddress: 192.0.2.0/24}]}\n"
      "- {displayName: Home, ipRanges: [{cidrAddress: 198.51.100.0/24}]}\n",
      "l.yaml");
  if (!locations) fail_msg("%s", locations.error().what.c_str());
  return std::move(*locations);
}

inline Result<std::vector<Policy>> parse(std::string_view text) {
  return parse_policies(text, "p.yaml", some_locations());
}

inline std::vector<Policy> read(std::string_view text) {
  auto policies = parse(text);
  if (!policies) fail_msg("%s", policies.error().what.c_str());
  return std::move(*policies);
}

inline Policy read_one(std::string_view text) {
  auto policies = read(text);
  assert_int_equal(policies.size(), 1);
  return std::move(policies.front());
}

// Takes the `^` away and says where it stood: "p.yaml:LINE:COLUMN: ".
inline std::string take_mark(std::string& text) {
  const auto mark = text.find('^');
  assert_true(mark != text.npos);
  text.erase(mark, 1);
  std::size_t line = 1;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < mark; ++i) {
    if (text[i] != '\n') continue;
    ++line;
    begin = i + 1;
  }
  return "p.yaml:" + std::to_string(line) + ":" +
         std::to_string(mark - begin + 1) + ": ";
}

// The error points at the `^` and says this.
inline void assert_refused(std::string text, const std::string& says) {
  const std::string place = take_mark(text);
  const auto policies = parse(text);
  const std::string what = policies ? "no error" : policies.error().what;
  if (!what.starts_with(place) || what.find(says) == what.npos) {
    fail_msg("expected %s... %s\ngot: %s\nof:\n%s", place.c_str(), says.c_str(),
             what.c_str(), text.c_str());
  }
}

// One note for lint, and it says this.
inline void assert_noted(std::string_view text, const std::string& says) {
  const auto notes = read_one(text).without_meaning;
  if (notes.size() != 1 || notes[0].find(says) == std::string::npos) {
    fail_msg("expected one note \"%s\", got %zu: %s", says.c_str(),
             notes.size(), notes.empty() ? "" : notes[0].c_str());
  }
}

inline void assert_names(const std::vector<Name>& names,
                         const std::vector<std::string>& wanted) {
  assert_int_equal(names.size(), wanted.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    assert_string_equal(names[i].text().c_str(), wanted[i].c_str());
  }
}

}  // namespace mfa::policy_text
