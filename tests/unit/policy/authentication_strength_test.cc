// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/authentication_strength.h"

#include "agent/model/graph_names.h"
#include "tests/check.h"

namespace mfa {
namespace {

constexpr char kMultifactor[] = "00000000-0000-0000-0000-000000000002";
constexpr char kPasswordless[] = "00000000-0000-0000-0000-000000000003";
constexpr char kPhishingResistant[] = "00000000-0000-0000-0000-000000000004";

MethodCombination combination(const char* text) {
  const auto parsed = parse_combination(text);
  if (!parsed) fail_msg("%s is no combination", text);
  return *parsed;
}

bool allows(const char* id, const char* text) {
  const AuthenticationStrength* strength = builtin_strength(id);
  if (!strength) fail_msg("there is no strength %s", id);
  return strength->allows(combination(text));
}

TEST("the built-in authentication strengths are Entra's three") {
  assert_string_equal(builtin_strength(kMultifactor)->display_name.c_str(),
                      "Multifactor authentication");
  assert_string_equal(builtin_strength(kPasswordless)->display_name.c_str(),
                      "Passwordless MFA");
  assert_string_equal(
      builtin_strength(kPhishingResistant)->display_name.c_str(),
      "Phishing-resistant MFA");
  assert_null(builtin_strength("00000000-0000-0000-0000-000000000001"));
  assert_null(builtin_strength("00000000-0000-0000-0000-000000000005"));
  assert_null(builtin_strength(""));
}

TEST("each built-in strength allows all that the next stronger one does") {
  const char* const ids[] = {kMultifactor, kPasswordless, kPhishingResistant};
  const std::size_t sizes[] = {19, 4, 3};
  for (std::size_t i = 0; i < 3; ++i) {
    const AuthenticationStrength& strength = *builtin_strength(ids[i]);
    assert_string_equal(strength.id.c_str(), ids[i]);
    assert_int_equal(strength.allowed_combinations.size(), sizes[i]);
    if (i == 0) continue;
    for (const auto& each : strength.allowed_combinations) {
      assert_true(builtin_strength(ids[i - 1])->allows(each));
    }
  }
}

TEST("multifactor authentication is a password and another factor, or more") {
  for (const char* good :
       {"password,softwareOath", "hardwareOath,password", "password,sms",
        "password,voice", "password,microsoftAuthenticatorPush",
        "password,x509CertificateSingleFactor",
        "password,x509CertificateMultiFactor", "fido2",
        "windowsHelloForBusiness", "deviceBasedPush",
        "x509CertificateMultiFactor", "temporaryAccessPassOneTime",
        "temporaryAccessPassMultiUse", "federatedMultiFactor",
        "softwareOath,federatedSingleFactor", "voice,federatedSingleFactor"}) {
    if (!allows(kMultifactor, good)) fail_msg("%s", good);
  }
  for (const char* bad :
       {"password", "softwareOath", "sms", "email", "password,email",
        "x509CertificateSingleFactor", "federatedSingleFactor",
        "password,federatedSingleFactor", "password,qrCodePin",
        "password,softwareOath,sms"}) {
    if (allows(kMultifactor, bad)) fail_msg("%s", bad);
  }
}

TEST("passwordless MFA is more than phishing-resistant by the phone alone") {
  assert_true(allows(kPasswordless, "deviceBasedPush"));
  assert_false(allows(kPhishingResistant, "deviceBasedPush"));
  for (const char* id : {kPasswordless, kPhishingResistant}) {
    assert_true(allows(id, "fido2"));
    assert_true(allows(id, "windowsHelloForBusiness"));
    assert_true(allows(id, "x509CertificateMultiFactor"));
    assert_false(allows(id, "password,softwareOath"));
    assert_false(allows(id, "temporaryAccessPassOneTime"));
    assert_false(allows(id, "password,x509CertificateSingleFactor"));
  }
}

TEST("a strength is met when any combination that was used is among its own") {
  const AuthenticationStrength& strength = *builtin_strength(kMultifactor);
  const MethodCombination weak = combination("password");
  const MethodCombination strong = combination("password,softwareOath");
  assert_false(strength.is_met_by({}));
  assert_false(strength.is_met_by(std::vector{weak}));
  assert_true(strength.is_met_by(std::vector{weak, strong}));
}

TEST("a combination has no order, and a part of one is not the whole") {
  AuthenticationStrength strength;
  strength.allowed_combinations = {combination("password,sms")};
  assert_true(strength.allows(combination("sms,password")));
  assert_false(strength.allows(combination("password")));
  assert_false(strength.allows(combination("password,sms,voice")));
}

}  // namespace
}  // namespace mfa
