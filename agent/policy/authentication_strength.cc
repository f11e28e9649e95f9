// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/authentication_strength.h"

#include <algorithm>

#include "agent/model/name_set.h"

namespace mfa {
namespace {

using Mode = MethodMode;

const AuthenticationStrength kBuiltin[] = {
    {"00000000-0000-0000-0000-000000000002",
     "Multifactor authentication",
     {{Mode::windows_hello_for_business},
      {Mode::fido2},
      {Mode::x509_certificate_multi_factor},
      {Mode::device_based_push},
      {Mode::temporary_access_pass_one_time},
      {Mode::temporary_access_pass_multi_use},
      {Mode::password, Mode::microsoft_authenticator_push},
      {Mode::password, Mode::software_oath},
      {Mode::password, Mode::hardware_oath},
      {Mode::password, Mode::sms},
      {Mode::password, Mode::voice},
      {Mode::password, Mode::x509_certificate_single_factor},
      {Mode::password, Mode::x509_certificate_multi_factor},
      {Mode::federated_multi_factor},
      {Mode::microsoft_authenticator_push, Mode::federated_single_factor},
      {Mode::software_oath, Mode::federated_single_factor},
      {Mode::hardware_oath, Mode::federated_single_factor},
      {Mode::sms, Mode::federated_single_factor},
      {Mode::voice, Mode::federated_single_factor}}},
    {"00000000-0000-0000-0000-000000000003",
     "Passwordless MFA",
     {{Mode::windows_hello_for_business},
      {Mode::fido2},
      {Mode::x509_certificate_multi_factor},
      {Mode::device_based_push}}},
    {"00000000-0000-0000-0000-000000000004",
     "Phishing-resistant MFA",
     {{Mode::windows_hello_for_business},
      {Mode::fido2},
      {Mode::x509_certificate_multi_factor}}},
};

}  // namespace

bool AuthenticationStrength::allows(
    const MethodCombination& combination) const {
  return std::find(allowed_combinations.begin(), allowed_combinations.end(),
                   combination) != allowed_combinations.end();
}

bool AuthenticationStrength::is_met_by(
    std::span<const MethodCombination> used) const {
  return std::any_of(used.begin(), used.end(),
                     [this](const auto& each) { return allows(each); });
}

const AuthenticationStrength* builtin_strength(std::string_view id) {
  const std::string wanted = lower_case(id);
  const auto found =
      std::find_if(std::begin(kBuiltin), std::end(kBuiltin),
                   [&](const auto& strength) { return strength.id == wanted; });
  return found == std::end(kBuiltin) ? nullptr : found;
}

}  // namespace mfa
