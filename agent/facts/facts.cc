// SPDX-License-Identifier: BSD-3-Clause
#include "agent/facts/facts.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/config/role_names.h"
#include "agent/facts/identity.h"
#include "agent/facts/proven_device.h"
#include "agent/facts/ssh_auth_info.h"

namespace mfa {
namespace {

NameSet names_of(const std::vector<std::string>& texts) {
  std::vector<Name> names;
  names.reserve(texts.size());
  for (const std::string& text : texts) names.emplace_back(text);
  return NameSet(std::move(names));
}

NameSet role_keys_of(const std::vector<std::string>& roles) {
  std::vector<Name> keys;
  keys.reserve(roles.size());
  for (const std::string& role : roles) keys.emplace_back(role_key(role));
  return NameSet(std::move(keys));
}

// An account that no directory knows is its own id and userPrincipalName.
UserFacts user_of(const Person& person, const Rules& rules) {
  const Identity identity = identity_of(person, rules);
  UserFacts user;
  const std::string& account = person.name.str();
  user.account = Name(account);
  user.id = Name(identity.id.empty() ? account : identity.id);
  user.principal_name = Name(lower_case(
      identity.principal_name.empty() ? account : identity.principal_name));
  user.groups = names_of(person.groups);
  user.roles = role_keys_of(person.roles);
  user.is_guest = identity.is_guest;
  user.uncertain_groups = names_of(person.uncertain_groups);
  user.uncertain_roles = role_keys_of(person.uncertain_roles);
  return user;
}

// Under security defaults a client is one that can be asked until a question
// has failed: the days to register must work with an sshd that has only its
// password method, as Debian's has by default.
ClientAppType client_app_type_of(const SignIn& sign_in, const Rules& rules) {
  const bool cannot_ask =
      rules.config.is_legacy_service(sign_in.service) ||
      (sign_in.by_sshd_password && !rules.policies.security_defaults);
  return cannot_ask ? ClientAppType::other
                    : ClientAppType::mobile_apps_and_desktop_clients;
}

}  // namespace

SignInFacts facts_of(const SignIn& sign_in, const Rules& rules) {
  SignInFacts facts;
  facts.application = Name(sign_in.service);
  facts.client_app_type = client_app_type_of(sign_in, rules);
  facts.ip_address = sign_in.source.address;
  facts.local_console = sign_in.is_console;
  if (!sign_in.person) return facts;
  const Person& person = *sign_in.person;
  facts.user = user_of(person, rules);
  facts.user_risk = user_risk_of(person, rules).level;
  facts.sign_in_risk = sign_in_risk_of(person, rules);
  return facts;
}

Result<> locate(SignIn& sign_in, const Rules& rules) {
  SignInFacts& facts = sign_in.facts;
  if (!facts.ip_address || !rules.countries) return {};
  auto country = rules.countries->country(*facts.ip_address);
  if (!country) return tl::unexpected(std::move(country.error()));
  facts.country = *country;
  return {};
}

void identify_device(SignIn& sign_in, const Rules& rules) {
  SignInFacts& facts = sign_in.facts;
  facts.device.reset();
  facts.device_platform.reset();
  if (!sign_in.person || sign_in.ssh_auth_info.empty()) return;
  const auto keys = offered_ssh_keys(sign_in.ssh_auth_info, sign_in.began);
  if (const auto device = proven_device(*sign_in.person, keys, rules)) {
    facts.device = device->device;
    facts.device_platform = device->platform;
  }
  const bool on_token =
      std::any_of(keys.begin(), keys.end(),
                  [](const SshKey& key) { return key.is_security_key; });
  // Security defaults know no other second factor than a code.
  if (on_token && rules.config.ssh_security_keys_are_fido2 &&
      !rules.policies.security_defaults) {
    facts.satisfied_controls.insert(Control::mfa);
    facts.authentication_methods.push_back({MethodMode::fido2});
  }
}

void add_state(SignIn& sign_in, const PersonState& state, const Rules& rules) {
  if (!sign_in.person) return;
  SignInFacts& facts = sign_in.facts;
  facts.may_have_methods = state.is_registered();
  facts.per_user_mfa = state.mfa_required;
  const UserRisk risk = user_risk_of(*sign_in.person, rules);
  if (!risk.stamp.empty() && risk.stamp == state.remediated_risk) {
    facts.user_risk = RiskLevel::none;
  }
}

void prove(SignIn& sign_in, Control control) {
  sign_in.proved_controls.insert(control);
  sign_in.facts.satisfied_controls.insert(control);
}

void prove(SignIn& sign_in, const MethodCombination& methods) {
  sign_in.proved_methods.push_back(methods);
  sign_in.facts.authentication_methods.push_back(methods);
}

void carry_over(const SignIn& earlier, SignIn& sign_in, const Rules& rules) {
  sign_in.by_sshd_password = earlier.by_sshd_password;
  sign_in.facts.client_app_type = client_app_type_of(sign_in, rules);
  if (sign_in.ssh_auth_info.empty()) {
    sign_in.ssh_auth_info = earlier.ssh_auth_info;
    identify_device(sign_in, rules);
  }
  earlier.proved_controls.for_each(
      [&](Control control) { prove(sign_in, control); });
  for (const MethodCombination& methods : earlier.proved_methods) {
    prove(sign_in, methods);
  }
}

}  // namespace mfa
