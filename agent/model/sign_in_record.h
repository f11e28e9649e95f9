// SPDX-License-Identifier: BSD-3-Clause
//
// One line of the sign-in log. The control room shows it in the field names
// of Graph's `signIn`; the store keeps it as columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/model/decision.h"
#include "agent/model/reason.h"

namespace mfa {

// Every sign-in ends in exactly one record. `unconfirmed`: the auth phase
// let the person in and the service has not run the account phase (yet);
// whoever reads the log takes it for a failure.
// Values are stored: never reuse one.
enum class SignInStatus : std::uint8_t {
  failure = 1,
  unconfirmed = 2,
  success = 3,
};

std::string_view to_string(SignInStatus status);

struct SignInRecord {
  std::int64_t sequence = 0;  // given by the store, ascending
  std::string id;             // Graph: id and correlationId
  Instant created;            // createdDateTime
  std::string user;           // userPrincipalName: canonical, or as typed
  std::string user_id;        // userId: the directory's, "" when it has none
  bool user_known = false;    // false: no such account
  std::string target_user;    // su only
  std::string application;    // appDisplayName: the PAM service
  std::string ip_address;     // ipAddress, "" when unknown
  std::string country;        // location.countryOrRegion, "" when unknown
  std::string source;         // Source::key
  std::string terminal;
  bool client_is_modern = true;  // clientAppUsed
  // Graph's deviceDetail: "" and nullopt when unknown or unregistered.
  std::string device_id;
  std::string device_name;
  std::string device_trust_type;
  std::optional<bool> device_compliant;
  std::string sign_in_risk;        // riskLevelDuringSignIn, "" when unknown
  std::string user_risk;           // the person's own, "" when unknown
  std::string first_factor;        // "password", "public_key", "unknown"
  std::string asker;               // "root", "self", "delegate"
  std::vector<std::string> roles;  // of the person, when it was decided
  bool roles_known = true;
  std::string requirement;  // authenticationRequirement: single or multi
  std::string method_id;    // the method that was used, "" for none
  std::string method_label;
  std::string methods_used;  // all of them: "password,softwareOath"
  SignInStatus status = SignInStatus::failure;
  Reason reason{};
  std::string detail;  // additionalDetails: what the reason does not say
  int attempts = 0;    // codes that were evaluated
  std::vector<PolicyRow> policies;  // appliedConditionalAccessPolicies
  std::uint64_t configuration_generation = 0;
};

}  // namespace mfa
