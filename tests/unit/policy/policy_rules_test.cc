// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/policy_rules.h"

#include "tests/unit/policy/policy_text.h"

namespace mfa {
namespace {

using namespace policy_text;

struct PasswordChange {
  std::string applications = "includeApplications: [All]";
  std::string condition = "userRiskLevels: [high]";
  std::string controls = "mfa, passwordChange";
  std::string op = "AND";
  std::string other_control = "";
};

std::string text_of(const PasswordChange& parts) {
  return "displayName: P\nstate: enabled\nconditions:\n"
         "  users: {includeUsers: [All]}\n"
         "  applications: {" +
         parts.applications + "}\n  " + parts.condition +
         "\ngrantControls:\n  operator: " + parts.op +
         "\n  builtInControls: [" + parts.controls + "]\n" +
         parts.other_control + "\n";
}

void assert_illegal(PasswordChange parts, const std::string& says) {
  const auto at = parts.controls.find("passwordChange");
  assert_true(at != parts.controls.npos);
  parts.controls.insert(at, "^");
  assert_refused(text_of(parts), says);
}

TEST("passwordChange loads in its one legal form") {
  const Policy policy = read_one(
      text_of({.condition = "userRiskLevels: [high]\n  clientAppTypes: [all]\n"
                            "  signInRiskLevels: []\n  locations: null"}) +
      "sessionControls: {signInFrequency: {frequencyInterval: everyTime}}\n");
  assert_true(policy.grant.controls ==
              Controls({Control::mfa, Control::password_change}));
  read(text_of({.controls = "passwordChange, mfa"}));
}

TEST("passwordChange goes with mfa and operator AND, and nothing else") {
  const std::string exactly = "not exactly mfa and passwordChange";
  assert_illegal({.controls = "passwordChange"}, exactly);
  assert_illegal({.controls = "mfa, passwordChange, compliantDevice"}, exactly);
  assert_illegal({.controls = "mfa, passwordChange, block"}, exactly);
  assert_illegal({.other_control = "  termsOfUse: [a]"}, exactly);
  assert_illegal({.other_control = "  customAuthenticationFactors: [a]"},
                 exactly);
  assert_illegal(
      {.controls = "passwordChange",
       .other_control =
           "  authenticationStrength: {allowedCombinations: [fido2]}"},
      exactly);
  assert_illegal({.op = "OR"}, "its operator is not AND");
}

TEST("passwordChange is for people at risk, at all applications") {
  assert_illegal({.condition = "userRiskLevels: []"}, "no userRiskLevels");
  assert_illegal({.applications = "includeApplications: [sshd]"},
                 "does not include All");
  assert_illegal(
      {.applications = "includeUserActions: [urn:user:registersecurityinfo]"},
      "does not include All");
  assert_illegal({.applications = "includeApplications: [All], "
                                  "excludeApplications: [cron]"},
                 "it excludes applications");
}

TEST("passwordChange goes with no other condition") {
  for (const std::string condition :
       {"platforms: {includePlatforms: [linux]}",
        "locations: {includeLocations: [All]}",
        "locations: {includeLocations: [Moon]}",
        "devices: {deviceFilter: {mode: include, rule: 'device.isCompliant "
        "-eq True'}}",
        "clientAppTypes: [browser]", "signInRiskLevels: [high]",
        "authenticationFlows: {transferMethods: deviceCodeFlow}"}) {
    assert_illegal({.condition = "userRiskLevels: [high]\n  " + condition},
                   "it also has " + condition.substr(0, condition.find(':')));
  }
  for (const std::string condition :
       {"insiderRiskLevels: minor", "servicePrincipalRiskLevels: [low]",
        "clientApplications: {includeServicePrincipals: [a]}"}) {
    assert_illegal({.condition = "userRiskLevels: [high]\n  " + condition},
                   "service principals or insider risk");
  }
  assert_illegal({.applications = "includeApplications: [All], "
                                  "includeAuthenticationContextClass"
                                  "References: [c1]"},
                 "it also has includeAuthenticationContextClassReferences");
}

}  // namespace
}  // namespace mfa
