// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/control/what_if_world.h"

#include <fmt/format.h>

#include <iterator>

#include "agent/policy/read_policies.h"
#include "tests/check.h"

namespace mfa::control {
namespace {

constexpr char kLocations[] = R"(
- displayName: Office
  isTrusted: true
  ipRanges: [{"@odata.type": "#microsoft.graph.iPv4CidrRange", cidrAddress: 203.0.113.0/24}]
- displayName: Where we work
  countriesAndRegions: [DE]
- displayName: Nobody knows where
  countriesAndRegions: [AQ]
  includeUnknownCountriesAndRegions: true
)";

std::string devices() {
  return fmt::format(R"(
devices:
- deviceId: laptop
  displayName: Laptop
  isCompliant: true
  platform: linux
  owners: [alice, bob, erin]
  sshKeys: ['{}']
- deviceId: desktop
  isCompliant: false
  trustType: ServerAD
  platform: windows
  owners: [alice, bob, carol, dave]
  sshKeys: ['{}']
)",
                     kLaptopKey, kDesktopKey);
}

// What is given to what-if where the directory does not know it.
constexpr char kUsers[] = R"(
users:
- {account: alice, id: a-1, userPrincipalName: Alice@example.org}
- {account: bob, riskLevel: high, riskState: atRisk, signInRiskLevel: low}
- {account: carol, isGuest: true, signInRiskLevel: medium}
- {account: dave, riskLevel: medium, signInRiskLevel: high}
- {account: erin, riskLevel: high, riskState: atRisk}
)";
constexpr char kUsersWithoutRisk[] = R"(
users:
- {account: alice, id: a-1, userPrincipalName: Alice@example.org}
- {account: carol, isGuest: true}
)";

// Each with a hole for its state.
constexpr const char* kPolicies[] = {
    R"(
- displayName: Administrators
  state: {}
  conditions:
    users: {{includeUsers: [None], includeRoles: [Global Administrator], includeGroups: [admins]}}
    applications: {{includeApplications: [All]}}
  grantControls: {{operator: OR, builtInControls: [mfa]}}
  sessionControls: {{signInFrequency: {{isEnabled: true, frequencyInterval: everyTime}}}}
)",
    R"(
- displayName: Everyone outside the office
  state: {}
  conditions:
    users: {{includeUsers: [All], excludeUsers: [a-1], excludeGroups: [staff]}}
    applications: {{includeApplications: [All], excludeApplications: [login]}}
    locations: {{includeLocations: [All], excludeLocations: [AllTrusted]}}
  grantControls: {{operator: OR, builtInControls: [mfa]}}
)",
    R"(
- displayName: Block legacy clients
  state: {}
  conditions:
    clientAppTypes: [exchangeActiveSync, other]
    users: {{includeUsers: [All]}}
    applications: {{includeApplications: [All]}}
  grantControls: {{operator: OR, builtInControls: [block]}}
)",
    R"(
- displayName: Compliant device on sshd
  state: {}
  conditions:
    users: {{includeUsers: [All], excludeUsers: [carol]}}
    applications: {{includeApplications: [sshd]}}
  grantControls: {{operator: OR, builtInControls: [compliantDevice]}}
)",
    R"(
- displayName: Joined device or code on sshd
  state: {}
  conditions:
    users: {{includeUsers: [All]}}
    applications: {{includeApplications: [sshd, sudo]}}
  grantControls: {{operator: OR, builtInControls: [mfa, domainJoinedDevice]}}
)",
    R"(
- displayName: Joined device of administrators
  state: {}
  conditions:
    users: {{includeGroups: [admins]}}
    applications: {{includeApplications: [sshd]}}
  grantControls: {{operator: AND, builtInControls: [domainJoinedDevice, mfa]}}
)",
    R"(
- displayName: Risky sign-ins
  state: {}
  conditions:
    signInRiskLevels: [medium, high]
    users: {{includeUsers: [All]}}
    applications: {{includeApplications: [All]}}
  grantControls: {{operator: OR, builtInControls: [mfa]}}
)",
    R"(
- displayName: Risky people
  state: {}
  conditions:
    userRiskLevels: [high]
    users: {{includeUsers: [All]}}
    applications: {{includeApplications: [All]}}
  grantControls: {{operator: AND, builtInControls: [mfa, passwordChange]}}
)",
    R"(
- displayName: Only from where we work
  state: {}
  conditions:
    users: {{includeUsers: [All]}}
    applications: {{includeApplications: [sshd]}}
    locations: {{includeLocations: [All], excludeLocations: [Where we work, Local console]}}
  grantControls: {{operator: OR, builtInControls: [block]}}
)",
    R"(
- displayName: Terms from unknown countries
  state: {}
  conditions:
    users: {{includeUsers: [All]}}
    applications: {{includeApplications: [All]}}
    locations: {{includeLocations: [Nobody knows where]}}
  grantControls: {{operator: OR, termsOfUse: [house-rules]}}
)",
    R"(
- displayName: Guests by phishing-resistant methods
  state: {}
  conditions:
    users: {{includeUsers: [GuestsOrExternalUsers]}}
    applications: {{includeApplications: [All]}}
  grantControls: {{operator: OR, authenticationStrength: {{id: 00000000-0000-0000-0000-000000000004}}}}
)",
    R"(
- displayName: Unknown platforms
  state: {}
  conditions:
    users: {{includeUsers: [All]}}
    applications: {{includeApplications: [sshd]}}
    platforms: {{includePlatforms: [all], excludePlatforms: [linux, windows]}}
  grantControls: {{operator: OR, builtInControls: [compliantApplication]}}
)",
    R"(
- displayName: Unmanaged devices are not remembered
  state: {}
  conditions:
    users: {{includeUsers: [All]}}
    applications: {{includeApplications: [All]}}
    devices: {{deviceFilter: {{mode: include, rule: 'device.trustType -ne "ServerAD"'}}}}
  sessionControls: {{persistentBrowser: {{isEnabled: true, mode: never}}}}
)",
    R"(
- displayName: Every four hours
  state: {}
  conditions:
    users: {{includeUsers: [All]}}
    applications: {{includeApplications: [sshd, login]}}
  grantControls: {{operator: OR, builtInControls: [mfa]}}
  sessionControls: {{signInFrequency: {{isEnabled: true, value: 4, type: hours}}}}
)",
    R"(
- displayName: House rules of staff
  state: {}
  conditions:
    users: {{includeGroups: [staff, admins]}}
    applications: {{includeApplications: [All]}}
  grantControls: {{operator: AND, builtInControls: [mfa], termsOfUse: [house-rules]}}
)",
    R"(
- displayName: Terms that nobody wrote
  state: {}
  conditions:
    users: {{includeUsers: [All], excludeUsers: [carol]}}
    applications: {{includeApplications: [sudo]}}
  grantControls: {{operator: OR, termsOfUse: [lost]}}
)",
    R"(
- displayName: Codes are strong enough
  state: {}
  conditions:
    users: {{includeUsers: [All]}}
    applications: {{includeApplications: [sshd, sudo]}}
  grantControls: {{operator: OR, authenticationStrength: {{allowedCombinations: ["fido2", "password,softwareOath"]}}}}
)",
    R"(
- displayName: Approved applications for guests
  state: {}
  conditions:
    users: {{includeUsers: [GuestsOrExternalUsers]}}
    applications: {{includeApplications: [login]}}
  grantControls: {{operator: OR, builtInControls: [approvedApplication]}}
)"};

Policies read_policies(const std::vector<std::string>& texts,
                       bool security_defaults) {
  auto locations = NamedLocations::parse(kLocations, "locations.yaml");
  assert_true(locations.has_value());
  std::vector<Policy> list;
  for (const std::string& text : texts) {
    auto read = parse_policies(text, "policies.yaml", *locations);
    if (!read) fail_msg("%s", read.error().what.c_str());
    std::move(read->begin(), read->end(), std::back_inserter(list));
  }
  auto policies =
      assemble(std::move(list), std::move(*locations), security_defaults);
  if (!policies) fail_msg("%s", policies.error().what.c_str());
  return std::move(*policies);
}

}  // namespace

std::span<const char* const> policy_texts() { return kPolicies; }

Rules rules_with(const std::vector<std::string>& policies,
                 bool security_defaults, Knowledge knowledge) {
  Config config;
  config.security_defaults.enabled = security_defaults;
  config.security_defaults.registration_grace_days = 3;
  config.emergency_access = {*UserName::parse("frank")};
  config.ssh_security_keys_are_fido2 = true;
  config.terms_of_use = {{"house-rules", "1", "Behave."}};
  if (knowledge == Knowledge::all) config.directory_file = "directory.yaml";
  Rules rules = stage::rules_of(std::move(config));
  rules.policies = read_policies(policies, security_defaults);
  const char* users = knowledge == Knowledge::all ? kUsers : kUsersWithoutRisk;
  auto records = DirectoryRecords::parse(devices() + users, "directory.yaml");
  if (!records) fail_msg("%s", records.error().what.c_str());
  rules.records = std::move(*records);
  if (knowledge == Knowledge::all) {
    auto countries = CountryDatabase::open("tests/fixtures/countries.mmdb");
    if (!countries) fail_msg("%s", countries.error().what.c_str());
    rules.countries = std::move(*countries);
  }
  return rules;
}

std::map<std::string, Secret> add_people(ControlStage& stage) {
  auto& people = stage.agent.people;
  people.add("alice", 1000, {"Global Administrator"});
  people.add("bob", 1001);
  people.add("carol", 1002);
  people.add("dave", 1003);
  people.add("erin", 1004);
  people.add("frank", 1005);
  people.people.at("alice").groups = {"admins"};
  people.people.at("dave").uncertain_groups = {"admins", "staff"};
  people.people.at("dave").uncertain_roles = {"Global Administrator"};
  people.people.at("erin").groups = {"staff"};
  std::map<std::string, Secret> seeds;
  for (const char* name : {"alice", "carol", "erin"}) {
    seeds.emplace(name, stage.agent.enrol(name, people.people.at(name).uid));
  }
  const Json reply =
      stage.call(root(), "RequireMfa", {{"user", "erin"}, {"required", true}});
  assert_string_equal(error_of(reply).c_str(), "");
  return seeds;
}

std::string text_at(const Json& json, const char* path) {
  const Json& value = json.at(Json::json_pointer(path));
  return value.is_string() ? value.get<std::string>() : "";
}

Json answer_of(ControlStage& stage, const Json& question) {
  const Json reply = stage.call(root(), "WhatIf", question);
  if (!error_of(reply).empty()) {
    fail_msg("%s\n%s", question.dump().c_str(), reply.dump(1).c_str());
  }
  return reply["parameters"];
}

}  // namespace mfa::control
