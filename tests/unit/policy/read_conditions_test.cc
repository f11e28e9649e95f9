// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/read_conditions.h"

#include "tests/unit/policy/policy_text.h"

namespace mfa {
namespace {

using namespace policy_text;

PolicyConditions conditions(std::string_view line) {
  return read_one(with_condition(line)).conditions;
}

TEST("a condition that is absent, null or empty is not configured") {
  for (const auto& read :
       {conditions(""), conditions("clientAppTypes: null"),
        conditions("platforms: {includePlatforms: [], excludePlatforms: null}"),
        conditions("locations: {}"), conditions("devices: null"),
        conditions("devices: {deviceFilter: null}"),
        conditions("authenticationFlows: {transferMethods: null}"),
        conditions("clientApplications: {includeServicePrincipals: []}")}) {
    assert_true(read.client_app_types.empty());
    assert_false(read.platforms || read.locations || read.devices);
    assert_true(read.sign_in_risk_levels.empty() &&
                read.user_risk_levels.empty());
    assert_true(read.authentication_flows.empty());
    assert_false(read.not_about_sign_ins);
  }
}

TEST("client app types are taken literally, and `all` means not configured") {
  assert_true(
      conditions("clientAppTypes: [exchangeActiveSync, other]")
          .client_app_types ==
      EnumSet({ClientAppType::exchange_active_sync, ClientAppType::other}));
  assert_true(conditions("clientAppTypes: [easSupported]").client_app_types ==
              EnumSet({ClientAppType::eas_supported}));
  assert_true(conditions("clientAppTypes: [all]").client_app_types.empty());
  assert_true(
      conditions("clientAppTypes: [browser, all]").client_app_types.empty());
  assert_true(conditions("clientAppTypes: []").client_app_types.empty());
  assert_refused(with_condition("clientAppTypes: [^All]"),
                 "did you mean \"all\"?");
  assert_refused(with_condition("clientAppTypes: [browser, ^Browser]"),
                 "did you mean \"browser\"?");
  assert_refused(with_condition("clientAppTypes: ^other"), "write a list");
}

// --- platforms ---------------------------------------------------------------

TEST("platforms are included and excluded by Graph's names, or `all`") {
  const auto some = conditions(
      "platforms: {includePlatforms: [iOS, macOS], excludePlatforms: [iOS]}");
  assert_true(some.platforms->include ==
              EnumSet({DevicePlatform::ios, DevicePlatform::macos}));
  assert_true(some.platforms->exclude == EnumSet({DevicePlatform::ios}));
  assert_false(some.platforms->include_all);
  assert_true(conditions("platforms: {includePlatforms: [all]}")
                  .platforms->include_all);
}

TEST("platforms with a wrong word, or in another case, are refused") {
  assert_refused(with_condition("platforms: {includePlatforms: [^ios]}"),
                 "did you mean \"iOS\"?");
  assert_refused(with_condition("platforms: {includePlatforms: [^All]}"),
                 "did you mean \"all\"?");
  assert_refused(with_condition("platforms: {includePlatforms: [^BeOS9000]}"),
                 "write one of: android, iOS, windows, windowsPhone, macOS, "
                 "linux, all");
  assert_refused(with_condition("platforms: {^include: [all]}"),
                 "unknown key \"include\" in conditions.platforms");
}

TEST("excluding platforms without including any, or all, is refused") {
  assert_refused(with_condition("platforms: ^{excludePlatforms: [linux]}"),
                 "conditions.platforms.includePlatforms is missing; "
                 "excludePlatforms takes away from it; write "
                 "includePlatforms: [all]");
  assert_refused(with_condition("platforms: {includePlatforms: [all], "
                                "excludePlatforms: [linux, ^all]}"),
                 "excludePlatforms has all: the policy would never apply");
}

// --- locations ---------------------------------------------------------------

TEST("locations are found by id or name and All or AllTrusted in any case") {
  const NamedLocations known = some_locations();
  const auto some = conditions(
      "locations: {includeLocations: [OFFICE, 6B7E, alltrusted], "
      "excludeLocations: [Home, ALLTRUSTED, local console]}");
  const auto office = *known.find("Office");
  assert_true(some.locations->include ==
              std::vector<std::size_t>({office, office}));
  assert_true(some.locations->include_trusted);
  assert_false(some.locations->include_all);
  assert_true(some.locations->exclude ==
              std::vector<std::size_t>(
                  {*known.find("Home"), *known.find("Local console")}));
  assert_true(some.locations->exclude_trusted);
  assert_true(conditions("locations: {includeLocations: [aLL]}")
                  .locations->include_all);
}

TEST("a location that does not exist is kept by name and matches nothing") {
  const Policy policy =
      read_one(with_condition("locations: {includeLocations: [Moon], "
                              "excludeLocations: [Mars, Home]}"));
  assert_true(policy.unresolved_locations ==
              std::vector<std::string>({"Moon", "Mars"}));
  assert_true(policy.conditions.locations.has_value());
  assert_true(policy.conditions.locations->include.empty());
  assert_false(policy.conditions.locations->include_all);
  assert_int_equal(policy.conditions.locations->exclude.size(), 1);
}

TEST("excluding locations without including any, or All, is refused") {
  assert_refused(with_condition("locations: ^{excludeLocations: [Home]}"),
                 "conditions.locations.includeLocations is missing");
  assert_refused(with_condition("locations: {includeLocations: [All], "
                                "excludeLocations: [Home, ^all]}"),
                 "excludeLocations has all: the policy would never apply");
}

// --- risk --------------------------------------------------------------------

TEST("risk levels are a set of Graph's words") {
  const auto some = conditions("signInRiskLevels: [high, medium]");
  assert_true(some.sign_in_risk_levels ==
              EnumSet({RiskLevel::medium, RiskLevel::high}));
  assert_true(some.user_risk_levels.empty());
  assert_true(
      conditions("userRiskLevels: [none, low, hidden]").user_risk_levels ==
      EnumSet({RiskLevel::none, RiskLevel::low, RiskLevel::hidden}));
  assert_refused(with_condition("signInRiskLevels: [^High]"),
                 "did you mean \"high\"?");
  assert_refused(with_condition("userRiskLevels: [low, ^unknownFutureValue]"),
                 "unknown value");
}

TEST("what cannot sign in here makes a policy that is not about sign-ins") {
  for (const char* const line :
       {"servicePrincipalRiskLevels: [low]", "insiderRiskLevels: minor",
        "insiderRiskLevels: 'minor,moderate, elevated'",
        "insiderRiskLevels: [elevated]",
        "clientApplications: {includeServicePrincipals: [All]}"}) {
    assert_true(conditions(line).not_about_sign_ins);
  }
  for (const char* const line :
       {"servicePrincipalRiskLevels: []", "insiderRiskLevels: ''",
        "insiderRiskLevels: null", "insiderRiskLevels: []",
        "clientApplications: {excludeServicePrincipals: [a]}"}) {
    assert_false(conditions(line).not_about_sign_ins);
  }
  assert_refused(with_condition("servicePrincipalRiskLevels: [^lo]"),
                 "did you mean \"low\"?");
  assert_refused(with_condition("insiderRiskLevels: ^minor,severe"),
                 "unknown value \"severe\"");
  assert_refused(with_condition("insiderRiskLevels: [minor, ^severe]"),
                 "unknown value \"severe\"");
  assert_refused(with_condition("insiderRiskLevels: ^{a: b}"),
                 "insiderRiskLevels is a map");
}

TEST("a filter for service principals is noted") {
  assert_noted(with_condition("clientApplications: {servicePrincipalFilter: "
                              "{mode: include, rule: x}}"),
               "servicePrincipalFilter has no effect");
  assert_refused(with_condition("clientApplications: {^filter: {}}"),
                 "unknown key \"filter\"");
}

// --- devices -----------------------------------------------------------------

TEST("a device filter includes or excludes by its rule") {
  const auto include = conditions(
      "devices: {deviceFilter: {mode: include, rule: 'device.model -eq "
      "\"X1\"'}}");
  assert_false(include.devices->exclude);
  assert_string_equal(include.devices->rule.c_str(), "device.model -eq \"X1\"");
  Device device;
  device.text(DeviceText::model) = "x1";
  assert_true(include.devices->filter.matches(&device));
  assert_false(include.devices->filter.matches(nullptr));
  assert_true(conditions("devices: {deviceFilter: {mode: exclude, rule: "
                         "'device.isCompliant -eq True'}}")
                  .devices->exclude);
}

TEST("a device filter needs a mode and a rule that can be parsed") {
  const std::string rule = "rule: 'device.isCompliant -eq True'";
  assert_refused(with_condition("devices: {deviceFilter: ^{" + rule + "}}"),
                 "conditions.devices.deviceFilter.mode is missing");
  assert_refused(with_condition("devices: {deviceFilter: ^{mode: include}}"),
                 "conditions.devices.deviceFilter.rule is missing");
  assert_refused(
      with_condition("devices: {deviceFilter: {mode: ^Include, " + rule + "}}"),
      "did you mean \"include\"?");
  const auto broken = DeviceFilter::parse("device.isCompliant -is True");
  assert_false(broken.has_value());
  assert_refused(
      with_condition("devices: {deviceFilter: {mode: include, "
                     "rule: ^'device.isCompliant -is True'}}"),
      "conditions.devices.deviceFilter.rule: " + broken.error().what);
  assert_refused(
      with_condition("devices: {deviceFilter: {mode: include, rule: ^''}}"),
      "deviceFilter.rule: ");
  assert_refused(
      with_condition("devices: {deviceFilter: {mode: include, rule: ^[a]}}"),
      "deviceFilter.rule is no text");
}

TEST("the old device state condition must be empty") {
  conditions("devices: {includeDevices: [], excludeDevices: null}");
  for (const std::string key : {"includeDevices", "excludeDevices",
                                "includeDeviceStates", "excludeDeviceStates"}) {
    assert_refused(with_condition("devices: {" + key + ": ^[All]}"),
                   key + " is not supported");
  }
}

// --- flows and beta ----------------------------------------------------------

TEST("transfer methods are one text of flags; none is not configured") {
  const auto flows = [](const std::string& value) {
    return conditions("authenticationFlows: {transferMethods: " + value + "}")
        .authentication_flows;
  };
  assert_true(flows("deviceCodeFlow") ==
              EnumSet({AuthenticationFlow::device_code_flow}));
  assert_true(flows("'deviceCodeFlow,authenticationTransfer'") ==
              EnumSet({AuthenticationFlow::device_code_flow,
                       AuthenticationFlow::authentication_transfer}));
  assert_true(flows("none").empty());
  assert_true(flows("''").empty());
  assert_true(flows("null").empty());
  assert_refused(
      with_condition("authenticationFlows: {transferMethods: ^DeviceCodeFlow}"),
      "did you mean \"deviceCodeFlow\"?");
}

TEST("conditions of Graph's beta may be null or empty, and nothing else") {
  conditions("times: null");
  conditions("deviceStates: {}");
  conditions("agentIdRiskLevels: []");
  for (const std::string key : {"times", "deviceStates", "agentIdRiskLevels"}) {
    assert_refused(with_condition(key + ": ^[x]"),
                   "conditions." + key + " is not supported");
    assert_refused(with_condition(key + ": ^x"), "not supported");
  }
}

TEST("an unknown condition is refused with the nearest known one") {
  assert_refused(with_condition("^signInRiskLevel: [high]"),
                 "unknown key \"signInRiskLevel\" in conditions; did you mean "
                 "\"signInRiskLevels\"?");
  assert_refused("displayName: P\nstate: enabled\nconditions: ^[]\n",
                 "conditions is a list");
}

}  // namespace
}  // namespace mfa
