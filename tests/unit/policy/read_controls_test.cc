// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/read_controls.h"

#include "tests/unit/policy/policy_text.h"

namespace mfa {
namespace {

using namespace policy_text;

std::string with_grant(std::string_view flow) {
  return with("grantControls: " + std::string(flow));
}
std::string with_session(std::string_view flow) {
  return with("sessionControls: " + std::string(flow));
}
GrantControls grant(std::string_view flow) {
  return read_one(with_grant(flow)).grant;
}
SessionControls session(std::string_view flow) {
  return read_one(with_session(flow)).session;
}

// --- grant controls ----------------------------------------------------------

TEST("grant controls are Graph's built-in ones, terms and custom factors") {
  const GrantControls all = grant(
      "{operator: OR, builtInControls: [mfa, compliantDevice, "
      "domainJoinedDevice, approvedApplication, compliantApplication, "
      "riskRemediation], termsOfUse: [terms-1, terms-2], "
      "customAuthenticationFactors: [duo]}");
  assert_true(
      all.controls ==
      Controls({Control::mfa, Control::compliant_device,
                Control::domain_joined_device, Control::approved_application,
                Control::compliant_application, Control::risk_remediation,
                Control::terms_of_use, Control::custom_authentication_factor}));
  assert_true(all.terms_of_use ==
              std::vector<std::string>({"terms-1", "terms-2"}));
  assert_false(all.all_of);
  assert_false(all.block);
}

TEST("a single grant control needs no operator") {
  assert_true(grant("{builtInControls: [mfa]}").controls ==
              Controls({Control::mfa}));
  assert_true(grant("{operator: null, builtInControls: [mfa, mfa]}").controls ==
              Controls({Control::mfa}));
  assert_true(grant("{builtInControls: [block]}").block);
  grant("{termsOfUse: [a, b]}");
  grant("{customAuthenticationFactors: [a]}");
  grant(
      "{authenticationStrength: {id: "
      "00000000-0000-0000-0000-000000000004}}");
}

TEST("several grant controls need an operator") {
  assert_true(
      grant("{operator: AND, builtInControls: [mfa, compliantDevice]}").all_of);
  assert_false(
      grant("{operator: OR, builtInControls: [mfa, compliantDevice]}").all_of);
  for (const char* const flow :
       {"^{builtInControls: [mfa, compliantDevice]}",
        "^{builtInControls: [mfa, block]}",
        "^{builtInControls: [mfa], termsOfUse: [a]}",
        "^{operator: null, builtInControls: [mfa], "
        "customAuthenticationFactors: [a]}",
        "^{builtInControls: [compliantDevice], authenticationStrength: "
        "{allowedCombinations: [fido2]}}"}) {
    assert_refused(with_grant(flow),
                   "grantControls.operator is missing; write AND");
  }
  assert_refused(with_grant("{operator: ^and, builtInControls: [mfa]}"),
                 "write one of: OR, AND");
}

TEST("no grant controls, null or none is a policy of session controls") {
  for (const auto& text : {with(""), with_grant("null"), with_grant("{}"),
                           with_grant("{operator: OR, builtInControls: []}")}) {
    const Policy policy = read_one(text);
    assert_true(policy.grant.controls.empty());
    assert_false(policy.grant.block);
  }
}

TEST("only what Graph calls a built-in control is one") {
  assert_refused(with_grant("{builtInControls: [^MFA]}"),
                 "grantControls.builtInControls has the unknown value");
  assert_refused(with_grant("{builtInControls: [mfa, ^compliantdevice]}"),
                 "did you mean \"compliantDevice\"?");
  for (const std::string word : {"authenticationStrength", "termsOfUse",
                                 "customAuthenticationFactors", "none"}) {
    assert_refused(with_grant("{builtInControls: [^" + word + "]}"),
                   "unknown value");
  }
  assert_refused(with_grant("{^builtinControls: [mfa]}"),
                 "did you mean \"builtInControls\"?");
  assert_refused(with_grant("^[mfa]"), "grantControls is a list");
}

// --- authentication strengths ------------------------------------------------

TEST("a built-in strength counts by its id, whatever else is written") {
  const auto strength =
      grant(
          "{authenticationStrength: {id: "
          "00000000-0000-0000-0000-000000000004, displayName: My own, "
          "allowedCombinations: [sms, newMethod], policyType: builtIn, "
          "combinationConfigurations: []}}")
          .strength;
  const auto* builtin =
      builtin_strength("00000000-0000-0000-0000-000000000004");
  assert_string_equal(strength->display_name.c_str(),
                      builtin->display_name.c_str());
  assert_true(strength->allowed_combinations == builtin->allowed_combinations);
}

TEST("a strength that is written out allows its combinations") {
  const GrantControls read = grant(
      "{authenticationStrength: {id: own, displayName: Ours, "
      "description: '', policyType: custom, requirementsSatisfied: mfa, "
      "createdDateTime: null, modifiedDateTime: 2026-01-01T00:00:00Z, "
      "combinationConfigurations@odata.context: x, "
      "combinationConfigurations: [], allowedCombinations: [fido2, "
      "'password,softwareOath']}}");
  assert_true(read.controls == Controls({Control::authentication_strength}));
  assert_string_equal(read.strength->id.c_str(), "own");
  assert_string_equal(read.strength->display_name.c_str(), "Ours");
  assert_true(read.strength->allowed_combinations ==
              std::vector<MethodCombination>(
                  {{MethodMode::fido2},
                   {MethodMode::password, MethodMode::software_oath}}));
}

TEST("a strength that is not built in must list known combinations") {
  assert_refused(with_grant("{authenticationStrength: ^{id: own}}"),
                 "\"own\" is no built-in strength");
  assert_refused(with_grant("{authenticationStrength: ^{}}"),
                 "grantControls.authenticationStrength.allowedCombinations is "
                 "missing");
  assert_refused(
      with_grant("{authenticationStrength: ^{allowedCombinations: []}}"),
      "allowedCombinations is missing");
  assert_refused(with_grant("{authenticationStrength: {allowedCombinations: "
                            "[fido2, ^'password,totp']}}"),
                 "\"password,totp\", which is no combination of methods");
  assert_refused(
      with_grant("{authenticationStrength: {allowedCombinations: ^fido2}}"),
      "write a list");
  assert_refused(with_grant("{authenticationStrength: {^allowed: [fido2]}}"),
                 "unknown key \"allowed\"");
  assert_refused(with_grant("{authenticationStrength: ^fido2}"),
                 "authenticationStrength is \"fido2\"");
}

TEST("what narrows the combinations of a strength is refused, not dropped") {
  assert_refused(with_grant("{authenticationStrength: {allowedCombinations: "
                            "[fido2], combinationConfigurations: "
                            "^[{allowedAAGUIDs: [a]}]}}"),
                 "combinationConfigurations is not supported");
}

TEST("mfa beside an authentication strength is refused") {
  assert_refused(
      with_grant("{operator: AND, builtInControls: [mfa], "
                 "authenticationStrength: ^{allowedCombinations: [fido2]}}"),
      "authenticationStrength stands beside mfa in builtInControls; keep one");
}

// --- sign-in frequency -------------------------------------------------------

std::string with_frequency(std::string_view flow) {
  return with_session("{signInFrequency: " + std::string(flow) + "}");
}
std::optional<SignInFrequency> frequency(std::string_view flow) {
  return read_one(with_frequency(flow)).session.sign_in_frequency;
}

TEST("a sign-in frequency is every time, or hours or days") {
  const auto hours = frequency(
      "{isEnabled: true, value: 4, type: hours, authenticationType: "
      "primaryAndSecondaryAuthentication, frequencyInterval: timeBased}");
  assert_true(*hours == SignInFrequency({false, 4, FrequencyUnit::hours}));
  assert_true(*frequency("{value: 30, type: days, frequencyInterval: null, "
                         "authenticationType: secondaryAuthentication}") ==
              SignInFrequency({false, 30, FrequencyUnit::days}));
  assert_true(frequency("{value: null, type: null, frequencyInterval: "
                        "everyTime, isEnabled: true}")
                  ->every_time);
}

TEST("a sign-in frequency that is switched off or null is none") {
  assert_false(frequency("null").has_value());
  assert_false(frequency("{isEnabled: false}").has_value());
  assert_false(frequency("{isEnabled: false, value: 0, type: days, "
                         "frequencyInterval: everyTime}")
                   .has_value());
  assert_false(session("null").sign_in_frequency.has_value());
}

TEST("a sign-in frequency has 1 to 8760 hours or 1 to 365 days") {
  assert_int_equal(frequency("{value: 8760, type: hours}")->value, 8760);
  assert_int_equal(frequency("{value: 365, type: days}")->value, 365);
  for (const char* const flow :
       {"{value: ^8761, type: hours}", "{value: ^0, type: hours}"}) {
    assert_refused(with_frequency(flow),
                   "sessionControls.signInFrequency.value is");
    assert_refused(with_frequency(flow), "from 1 to 8760");
  }
  assert_refused(with_frequency("{value: ^366, type: days}"), "from 1 to 365");
}

TEST("a sign-in frequency must say how long, and everyTime must not") {
  assert_refused(with_frequency("^{}"), "signInFrequency.value is missing");
  assert_refused(with_frequency("^{isEnabled: true, type: hours}"),
                 "signInFrequency.value is missing");
  assert_refused(with_frequency("^{value: 4}"),
                 "signInFrequency.type is missing; write hours or days");
  assert_refused(
      with_frequency("{value: ^4, type: hours, frequencyInterval: everyTime}"),
      "value has no meaning with everyTime");
}

TEST("a sign-in frequency has Graph's words and keys only") {
  assert_refused(with_frequency("{value: 4, type: ^minutes}"),
                 "write one of: hours, days");
  assert_refused(with_frequency("{frequencyInterval: ^everytime}"),
                 "did you mean \"everyTime\"?");
  assert_refused(with_frequency("{isEnabled: ^yes}"), "write true or false");
  assert_refused(with_frequency("{authenticationType: ^primary}"),
                 "unknown value \"primary\"");
  assert_refused(with_frequency("{^enabled: true}"),
                 "unknown key \"enabled\" in sessionControls.signInFrequency");
}

// --- other session controls --------------------------------------------------

TEST("a persistent browser is never or always, unless it is switched off") {
  assert_true(*session("{persistentBrowser: {isEnabled: true, mode: never}}")
                   .persistent_browser == PersistentBrowser::never);
  assert_true(
      *session("{persistentBrowser: {mode: always}}").persistent_browser ==
      PersistentBrowser::always);
  assert_false(session("{persistentBrowser: {isEnabled: false, mode: never}}")
                   .persistent_browser.has_value());
  assert_refused(with_session("{persistentBrowser: ^{isEnabled: true}}"),
                 "persistentBrowser.mode is missing; write never or always");
  assert_refused(with_session("{persistentBrowser: {mode: ^Never}}"),
                 "did you mean \"never\"?");
  assert_refused(with_session("{persistentBrowser: {^modes: never}}"),
                 "unknown key \"modes\"");
}

TEST("resilience defaults are disabled by true") {
  assert_true(read_one(with_session("{disableResilienceDefaults: true}"))
                  .disable_resilience_defaults);
  assert_false(read_one(with_session("{disableResilienceDefaults: null}"))
                   .disable_resilience_defaults);
  assert_refused(with_session("{disableResilienceDefaults: ^1}"),
                 "write true or false");
}

TEST("session controls of applications that are not here are noted") {
  for (const std::string control :
       {"applicationEnforcedRestrictions: {isEnabled: true}",
        "secureSignInSession: {isEnabled: true}",
        "cloudAppSecurity: {isEnabled: true, cloudAppSecurityType: "
        "mcasConfigured}",
        "continuousAccessEvaluation: {mode: strictLocation}",
        "globalSecureAccessFilteringProfile: {isEnabled: true, profileId: "
        "a}"}) {
    assert_noted(with_session("{" + control + "}"),
                 "sessionControls." + control.substr(0, control.find(':')) +
                     " has no effect");
  }
  for (const std::string control :
       {"applicationEnforcedRestrictions: {isEnabled: false}",
        "cloudAppSecurity: null",
        "continuousAccessEvaluation: {mode: disabled}"}) {
    assert_true(
        read_one(with_session("{" + control + "}")).without_meaning.empty());
  }
  assert_refused(with_session("{cloudAppSecurity: {^type: a}}"),
                 "unknown key \"type\"");
  assert_refused(with_session("{secureSignInSession: {isEnabled: ^on}}"),
                 "write true or false");
}

TEST("an unknown session control is refused") {
  assert_refused(with_session("{^signinFrequency: {}}"),
                 "did you mean \"signInFrequency\"?");
  assert_refused(with_session("^[]"), "sessionControls is a list");
}

}  // namespace
}  // namespace mfa
