// SPDX-License-Identifier: BSD-3-Clause
//
// Everything the policies may know of one sign-in: values without I/O, with
// Graph's meaning. An empty optional is unknown, and unknown is matched by
// "All" alone; UserFacts::uncertain_* are the exception, see there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/address.h"
#include "agent/model/controls.h"
#include "agent/model/device.h"
#include "agent/model/enum_set.h"
#include "agent/model/name_set.h"

namespace mfa {

// Graph's conditionalAccessClientApp. The last three are legacy: they cannot
// carry a challenge.
enum class ClientAppType {
  browser,
  mobile_apps_and_desktop_clients,
  exchange_active_sync,
  eas_supported,
  other,
};

enum class DevicePlatform {
  android,
  ios,
  windows,
  windows_phone,
  macos,
  linux_os,  // `linux` is a macro of GNU C++
};

enum class RiskLevel { none, low, medium, high, hidden };

enum class AuthenticationFlow { device_code_flow, authentication_transfer };

// What a person may do besides signing in to an application.
enum class UserAction {
  register_security_information,
  register_or_join_devices,
  account_recovery,  // never happens here
};

// Graph's authenticationMethodModes. What is used together is a combination:
// {password, software_oath}.
enum class MethodMode {
  password,
  voice,
  hardware_oath,
  software_oath,
  sms,
  fido2,
  windows_hello_for_business,
  microsoft_authenticator_push,
  device_based_push,
  temporary_access_pass_one_time,
  temporary_access_pass_multi_use,
  email,
  x509_certificate_single_factor,
  x509_certificate_multi_factor,
  federated_single_factor,
  federated_multi_factor,
  qr_code_pin,
};
using MethodCombination = EnumSet<MethodMode>;

// Two letters, upper case: ISO 3166-1.
struct CountryCode {
  char letters[2] = {};
  static std::optional<CountryCode> parse(std::string_view text);
  auto operator<=>(const CountryCode&) const = default;
};

struct UserFacts {
  Name id;              // immutable; compared exactly. Empty: unknown
  Name principal_name;  // in lower case. Empty: unknown
  Name account;         // of this machine; compared exactly
  NameSet groups;       // ids and names, exactly
  NameSet roles;        // role_key() of each (config/role_names.h)
  bool is_guest = false;
  // Groups and roles that could not be looked up. What a policy includes
  // matches, what it excludes does not.
  NameSet uncertain_groups;
  NameSet uncertain_roles;
};

struct SignInFacts {
  UserFacts user;
  Name application;  // the PAM service, exactly. Empty: unknown
  std::optional<UserAction> user_action;  // then `application` is not looked at
  std::optional<ClientAppType> client_app_type;
  std::optional<Address> ip_address;
  bool local_console = false;  // the named location "Local console"
  std::optional<CountryCode> country;
  std::optional<DevicePlatform> device_platform;
  std::optional<Device> device;  // nullopt: unregistered
  std::optional<RiskLevel> sign_in_risk;
  std::optional<RiskLevel> user_risk;
  std::optional<AuthenticationFlow> authentication_flow;

  // An administrator requires MFA of this one account.
  bool per_user_mfa = false;

  Controls satisfied_controls;
  std::vector<MethodCombination> authentication_methods;  // already used
  // False only when it is known that the person has no method at all.
  bool may_have_methods = true;
};

}  // namespace mfa
