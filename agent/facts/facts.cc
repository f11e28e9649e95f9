// SPDX-License-Identifier: BSD-3-Clause
#include "agent/facts/facts.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/config/role_names.h"
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

// An account without a record is its own id and userPrincipalName.
UserFacts user_of(const Person& person, const UserRecord* record) {
  UserFacts user;
  const std::string& account = person.name.str();
  user.account = Name(account);
  user.id = Name(record && !record->id.empty() ? record->id : account);
  user.principal_name = Name(lower_case(
      record && !record->principal_name.empty() ? record->principal_name
                                                : account));
  user.groups = names_of(person.groups);
  user.roles = role_keys_of(person.roles);
  user.is_guest = record && record->is_guest;
  user.uncertain_groups = names_of(person.uncertain_groups);
  user.uncertain_roles = role_keys_of(person.uncertain_roles);
  return user;
}

// Where a directory of risks is kept, who is not in it has none; without one
// nobody knows.
std::optional<RiskLevel> risk_of(const Rules& rules, const UserRecord* record,
                                 std::optional<RiskLevel> UserRecord::*risk) {
  if (rules.config.directory_file.empty()) return std::nullopt;
  return record ? (record->*risk).value_or(RiskLevel::none) : RiskLevel::none;
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
  const UserRecord* record = rules.records.user(sign_in.person->name);
  facts.user = user_of(*sign_in.person, record);
  facts.user_risk = risk_of(rules, record, &UserRecord::risk);
  facts.sign_in_risk = risk_of(rules, record, &UserRecord::sign_in_risk);
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
  const DeviceRecord* device = rules.records.device(sign_in.person->name, keys);
  if (device) {
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
  const UserRecord* record = rules.records.user(sign_in.person->name);
  if (record && !record->risk_stamp.empty() &&
      record->risk_stamp == state.remediated_risk) {
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
