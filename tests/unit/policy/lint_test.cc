// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/lint.h"

#include <string.h>

#include "agent/policy/read_policies.h"
#include "tests/check.h"

namespace mfa {
namespace {

Policies policies_of(const std::string& text,
                     const char* locations = "{value: []}") {
  const auto known = NamedLocations::parse(locations, "l.yaml");
  if (!known) fail_msg("%s", known.error().what.c_str());
  auto list = parse_policies(text, "p.yaml", *known);
  if (!list) fail_msg("%s", list.error().what.c_str());
  return {false, std::move(*list), *known};
}

// A policy, in one line, of these parts.
struct Draft {
  std::string name = "P";
  std::string state = "enabled";
  std::string users = "includeUsers: [All]";
  std::string applications = "includeApplications: [sshd]";
  std::string conditions;  // ", platforms: {...}"
  std::string grant = "operator: OR, builtInControls: [mfa]";
  std::string session;

  std::string text() const {
    return "- {displayName: " + name + ", state: " + state +
           ", conditions: {users: {" + users + "}, applications: {" +
           applications + "}" + conditions + "}, grantControls: {" + grant +
           "}, sessionControls: {" + session + "}}\n";
  }
};

std::vector<Finding> lint_of(const Draft& draft,
                             const Surroundings& surroundings = {}) {
  return lint(policies_of(draft.text()), surroundings);
}

const Finding* find(const std::vector<Finding>& findings,
                    std::string_view rule) {
  for (const Finding& finding : findings) {
    if (finding.rule == rule) return &finding;
  }
  return nullptr;
}

// The one finding there is, which says `words`.
Finding the_only(const std::vector<Finding>& findings, Severity severity,
                 std::string_view rule, const char* words) {
  if (findings.size() != 1) fail_msg("%zu findings", findings.size());
  const Finding& finding = findings.front();
  if (finding.severity != severity || finding.rule != rule ||
      !strstr(finding.what.c_str(), words)) {
    fail_msg("%s: %s", std::string(finding.rule).c_str(), finding.what.c_str());
  }
  assert_false(finding.advice.empty());
  return finding;
}

Draft draft(std::string Draft::*part, std::string text) {
  Draft made;
  made.*part = std::move(text);
  return made;
}

}  // namespace

TEST("lint: a policy that is as it should be is not complained of") {
  assert_int_equal(lint_of({}).size(), 0);
}

TEST("lint: a finding names the policy and where it stands") {
  const auto finding =
      the_only(lint_of(draft(&Draft::users, "includeUsers: [None]")),
               Severity::error, "matchesNobody", "include nobody");
  assert_string_equal(finding.policy.c_str(), "P");
  assert_string_equal(finding.place.c_str(), "p.yaml:1:3");
}

TEST("hostile input 67: a policy that matches nobody is an error (R-07)") {
  const char* const kNobody[] = {
      "includeUsers: [None]", "includeUsers: [alice], excludeUsers: [alice]",
      "includeGroups: [a, b], excludeGroups: [b, a, c]",
      "includeRoles: [User Administrator], excludeRoles: [user administrator]",
      ("includeUsers: [GuestsOrExternalUsers, a], "
       "excludeUsers: [a, GuestsOrExternalUsers]")};
  for (const char* users : kNobody) {
    the_only(lint_of(draft(&Draft::users, users)), Severity::error,
             "matchesNobody", "nobody");
  }
  const char* const kSomebody[] = {
      "includeUsers: [All], excludeUsers: [alice]",
      "includeUsers: [alice, bob], excludeUsers: [alice]",
      "includeUsers: [alice], excludeGroups: [alice]",
      "includeUsers: [None], includeRoles: [User Administrator]"};
  for (const char* users : kSomebody) {
    assert_int_equal(lint_of(draft(&Draft::users, users)).size(), 0);
  }
}

TEST("lint: a policy that applies to no sign-in is found") {
  the_only(lint_of(draft(&Draft::applications, "includeApplications: [None]")),
           Severity::error, "neverApplies", "no application");
  the_only(lint_of(draft(&Draft::applications,
                         "includeApplications: [su, sudo], "
                         "excludeApplications: [sudo, su]")),
           Severity::error, "neverApplies", "application");
  the_only(lint_of(draft(&Draft::conditions,
                         ", platforms: {includePlatforms: [linux], "
                         "excludePlatforms: [linux, iOS]}")),
           Severity::error, "neverApplies", "platform");
  the_only(lint_of(draft(&Draft::conditions,
                         ", locations: {includeLocations: [AllTrusted]}")),
           Severity::error, "neverApplies", "AllTrusted");
  the_only(lint_of(draft(&Draft::conditions, ", signInRiskLevels: [hidden]")),
           Severity::warning, "neverApplies", "hidden");
  the_only(
      lint_of(draft(&Draft::conditions, ", clientAppTypes: [easSupported]")),
      Severity::warning, "neverApplies", "easSupported");
  const auto workload = lint_of(
      draft(&Draft::conditions, ", servicePrincipalRiskLevels: [high]"));
  assert_non_null(find(workload, "neverApplies"));
}

TEST("lint: who refuses everyone on every service is told before it is done") {
  Draft block;
  block.applications = "includeApplications: [All]";
  block.grant = "operator: OR, builtInControls: [block]";
  the_only(lint_of(block), Severity::error, "refusesEveryone",
           "everyone on every service");
  Draft but_some = block;
  but_some.users = "includeUsers: [All], excludeGroups: [wheel]";
  the_only(lint_of(but_some), Severity::warning, "refusesEveryone",
           "but those");
  Draft reporting = block;
  reporting.state = "enabledForReportingButNotEnforced";
  the_only(lint_of(reporting), Severity::warning, "refusesEveryone",
           "everyone");
  Draft elsewhere = block;
  elsewhere.conditions = ", clientAppTypes: [other]";
  assert_int_equal(lint_of(elsewhere).size(), 0);
  Draft all_clients = block;
  all_clients.conditions =
      ", clientAppTypes: [browser, mobileAppsAndDesktopClients, "
      "exchangeActiveSync, other]";
  assert_non_null(find(lint_of(all_clients), "refusesEveryone"));
}

TEST("lint: what a disabled policy gets wrong weighs one step less") {
  Draft nobody = draft(&Draft::users, "includeUsers: [None]");
  nobody.state = "disabled";
  the_only(lint_of(nobody), Severity::warning, "matchesNobody", "nobody");
}

TEST("lint: a report-only policy about user actions never reports") {
  Draft action = draft(&Draft::applications,
                       "includeUserActions: [urn:user:registersecurityinfo]");
  assert_int_equal(lint_of(action).size(), 0);
  action.state = "enabledForReportingButNotEnforced";
  the_only(lint_of(action), Severity::warning, "reportOnlySilent", "never");
}

TEST("hostile input 68: block beside other controls wins, and lint says so") {
  const auto findings = lint_of(
      draft(&Draft::grant, "operator: OR, builtInControls: [block, mfa]"));
  const Finding* finding = find(findings, "blockWins");
  assert_non_null(finding);
  assert_true(finding->severity == Severity::warning);
}

TEST("lint: controls that nobody on Linux can meet") {
  the_only(
      lint_of(draft(&Draft::grant,
                    "operator: OR, builtInControls: [compliantApplication]")),
      Severity::error, "cannotBeMet", "compliantApplication");
  the_only(lint_of(draft(&Draft::grant,
                         "operator: AND, builtInControls: "
                         "[mfa, approvedApplication]")),
           Severity::error, "cannotBeMet", "approvedApplication");
  the_only(lint_of(draft(&Draft::grant,
                         "operator: OR, builtInControls: [mfa], "
                         "customAuthenticationFactors: [Duo]")),
           Severity::warning, "cannotBeMet", "customAuthenticationFactors");
}

TEST("lint: terms of use that have no text") {
  const Draft terms = draft(&Draft::grant,
                            "operator: OR, builtInControls: [mfa], "
                            "termsOfUse: [t1, t2]");
  assert_int_equal(lint_of(terms).size(), 0);
  Surroundings surroundings;
  surroundings.terms_of_use = NameSet({Name("t2")});
  the_only(lint_of(terms, surroundings), Severity::error, "unknownTermsOfUse",
           "\"t1\"");
}

TEST("lint: session controls that cannot work as they stand") {
  Draft every_time =
      draft(&Draft::session,
            "signInFrequency: {isEnabled: true, frequencyInterval: everyTime}");
  assert_int_equal(lint_of(every_time).size(), 0);
  every_time.grant = "operator: OR, builtInControls: [compliantDevice]";
  the_only(lint_of(every_time), Severity::warning, "everyTimeWithoutMfa",
           "again");
  the_only(lint_of(draft(&Draft::session,
                         "persistentBrowser: {isEnabled: true, mode: never}")),
           Severity::warning, "persistentBrowser", "all applications");
}

TEST("lint: registering a device can ask for a second factor only") {
  Draft device = draft(&Draft::applications,
                       "includeUserActions: [urn:user:registerdevice]");
  assert_int_equal(lint_of(device).size(), 0);
  device.grant = "operator: OR, builtInControls: [mfa, compliantDevice]";
  the_only(lint_of(device), Severity::warning, "registerDevice",
           "compliantDevice");
}

TEST("hostile input 66: names that nothing has are errors (R-03)") {
  Draft names = draft(&Draft::users, "includeGroups: [whel]");
  Surroundings surroundings;
  surroundings.unresolved_names = {
      {0, true, "there is no group \"whel\"", "mend it"}};
  the_only(lint_of(names, surroundings), Severity::error, "unresolvedName",
           "whel");
  the_only(lint_of(draft(&Draft::conditions,
                         ", locations: {includeLocations: [Ofice]}")),
           Severity::error, "unresolvedName", "Ofice");
}

TEST("lint: roles that nobody holds, services that this host has not") {
  Draft roles = draft(&Draft::users,
                      "includeRoles: [User Administrator, "
                      "62e90394-69f5-4237-9190-012177145e10]");
  Surroundings surroundings;
  surroundings.roles_held =
      NameSet({Name("62e90394-69f5-4237-9190-012177145e10")});
  surroundings.services = NameSet({Name("sshd")});
  the_only(lint_of(roles, surroundings), Severity::warning, "roleOfNobody",
           "fe930be7-5e62-47db-91af-98c3a49a38b1");
  the_only(lint_of(draft(&Draft::applications,
                         "includeApplications: [All], "
                         "excludeApplications: [sshd, vsftpd]"),
                   surroundings),
           Severity::note, "unknownService", "\"vsftpd\"");
}

TEST("lint: emergency accounts are outside, and that is said") {
  Surroundings surroundings;
  surroundings.emergency_accounts = {"breakglass"};
  the_only(lint_of({}, surroundings), Severity::note, "emergencyAccount",
           "\"breakglass\"");
  assert_int_equal(
      lint_of(draft(&Draft::users,
                    "includeUsers: [All], excludeUsers: [BreakGlass]"),
              surroundings)
          .size(),
      0);
  assert_int_equal(
      lint_of(draft(&Draft::users, "includeUsers: [alice]"), surroundings)
          .size(),
      0);
}

TEST("lint: an enabled policy and security defaults exclude each other") {
  Surroundings surroundings;
  surroundings.security_defaults = true;
  the_only(lint_of({}, surroundings), Severity::error, "securityDefaults",
           "exclude each other");
  const Draft reporting =
      draft(&Draft::state, "enabledForReportingButNotEnforced");
  assert_int_equal(lint_of(reporting, surroundings).size(), 0);
}

TEST("lint: two policies of one name cannot be told apart") {
  Draft second;
  second.name = "Q";
  assert_int_equal(lint(policies_of(Draft().text() + second.text()), {}).size(),
                   0);
  const auto finding =
      the_only(lint(policies_of(Draft().text() + Draft().text()), {}),
               Severity::warning, "duplicate", "p.yaml:1:3");
  assert_string_equal(finding.place.c_str(), "p.yaml:2:3");
}

TEST("lint: a network of /8 is hardly a named location") {
  const auto found = [](const char* range) {
    const std::string locations =
        std::string("{displayName: L, ipRanges: [") + range + "]}";
    return lint(policies_of(Draft().text(), locations.c_str()), {});
  };
  const auto finding = the_only(found("10.0.0.0/8"), Severity::warning,
                                "wideNetwork", "10.0.0.0 to 10.255.255.255");
  assert_string_equal(finding.policy.c_str(), "");
  the_only(found("2000::/8"), Severity::warning, "wideNetwork", "2000::");
  the_only(found("10.128.0.0/9, 10.0.0.0/9"), Severity::warning, "wideNetwork",
           "10.0.0.0 to 10.255.255.255");
  the_only(found("10.0.0.0/9, 10.128.0.0/10, 10.192.0.0/10"), Severity::warning,
           "wideNetwork", "10.0.0.0 to 10.255.255.255");
  the_only(found("2000::/9, 2080::/9"), Severity::warning, "wideNetwork",
           "2000::");
  assert_int_equal(found("10.0.0.0/9, 10.128.0.1/32, 11.0.0.0/9").size(), 0);
  assert_int_equal(found("10.0.0.0/9").size(), 0);
  assert_int_equal(found("2001:db8::/32").size(), 0);
}

TEST("lint: excluding trusted locations where there are none says nothing") {
  the_only(lint_of(draft(&Draft::conditions,
                         ", locations: {includeLocations: [All], "
                         "excludeLocations: [AllTrusted]}")),
           Severity::note, "noTrustedLocation", "AllTrusted");
}

TEST("lint: what has no meaning here is noted") {
  const auto findings = lint_of(draft(
      &Draft::session, "applicationEnforcedRestrictions: {isEnabled: true}"));
  the_only(findings, Severity::note, "withoutMeaning",
           "applicationEnforcedRestrictions");
}

// --- what this host is never told --------------------------------------------

namespace {

Surroundings told_nothing() {
  Surroundings surroundings;
  surroundings.has_directory_file = false;
  surroundings.has_country_database = false;
  return surroundings;
}

}  // namespace

TEST("a risk, a guest or a platform that nothing tells of is never matched") {
  Draft drafts[4];
  drafts[0].conditions = ", signInRiskLevels: [high]";
  drafts[1].conditions = ", userRiskLevels: [high]";
  drafts[2].users = "includeUsers: [GuestsOrExternalUsers]";
  drafts[3].conditions = ", platforms: {includePlatforms: [linux]}";
  for (const Draft& draft : drafts) {
    the_only(lint_of(draft, told_nothing()), Severity::warning, "neverApplies",
             "nothing tells this host");
    assert_true(lint_of(draft).empty());
  }
}

TEST("without devices a policy that wants one refuses everybody") {
  Draft draft;
  draft.grant = "operator: AND, builtInControls: [mfa, compliantDevice]";
  the_only(lint_of(draft, told_nothing()), Severity::error, "noDeviceKnown",
           "knows no device");
  draft.grant = "operator: OR, builtInControls: [mfa, compliantDevice]";
  assert_true(lint_of(draft, told_nothing()).empty());
}

TEST("what no PAM service does is never matched") {
  const char* conditions[] = {
      ", clientAppTypes: [browser, exchangeActiveSync]",
      ", authenticationFlows: {transferMethods: deviceCodeFlow}",
  };
  for (const char* each : conditions) {
    Draft draft;
    draft.conditions = each;
    the_only(lint_of(draft), Severity::warning, "neverApplies",
             "no PAM service");
  }
}

}  // namespace mfa
