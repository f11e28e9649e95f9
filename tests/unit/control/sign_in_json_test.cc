// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/sign_in_json.h"

#include <string.h>

#include "tests/check.h"

namespace mfa::control {
namespace {

SignInRecord usual() {
  SignInRecord record;
  record.sequence = 7;
  record.id = "66ea54eb-6301-4ee5-be62-ff5a759b0100";
  record.created = Instant(std::chrono::seconds(1584126955));
  record.user = "alice";
  record.user_known = true;
  record.application = "sshd";
  record.ip_address = "192.0.2.1";
  record.source = "192.0.2.1";
  record.terminal = "ssh";
  record.first_factor = "password";
  record.asker = "root";
  record.roles = {"Global Administrator"};
  record.requirement = "multi";
  record.method_id = "00ff";
  record.method_label = "Phone";
  record.status = SignInStatus::success;
  record.reason = Reason::verified;
  record.attempts = 1;
  record.policies = {{"Security defaults", PolicyResult::success, {"mfa"}}};
  record.configuration_generation = 3;
  record.country = "SE";
  record.device_id = "d-1";
  record.device_name = "Laptop";
  record.device_trust_type = "ServerAD";
  record.device_compliant = true;
  record.sign_in_risk = "low";
  record.user_risk = "none";
  record.methods_used = "password,softwareOath";
  return record;
}

// usual() as JSON.
constexpr char kUsual[] = R"({
    "id": "66ea54eb-6301-4ee5-be62-ff5a759b0100",
    "correlationId": "66ea54eb-6301-4ee5-be62-ff5a759b0100",
    "createdDateTime": "2020-03-13T19:15:55.000000Z",
    "userPrincipalName": "alice",
    "userId": null,
    "appDisplayName": "sshd",
    "ipAddress": "192.0.2.1",
    "clientAppUsed": "Mobile Apps and Desktop clients",
    "isInteractive": true,
    "conditionalAccessStatus": "success",
    "appliedConditionalAccessPolicies": [{
      "displayName": "Security defaults",
      "enforcedGrantControls": ["mfa"],
      "enforcedSessionControls": [],
      "result": "success"
    }],
    "authenticationRequirement": "multiFactorAuthentication",
    "authenticationDetails": [{
      "authenticationMethod": "Password",
      "authenticationMethodDetail": null,
      "authenticationStepDateTime": "2020-03-13T19:15:55.000000Z",
      "authenticationStepRequirement": "Primary authentication",
      "authenticationStepResultDetail": "Verified by the application",
      "succeeded": true
    }, {
      "authenticationMethod": "Software OATH token",
      "authenticationMethodDetail": "Phone",
      "authenticationStepDateTime": "2020-03-13T19:15:55.000000Z",
      "authenticationStepRequirement": "Multifactor authentication",
      "authenticationStepResultDetail":
        "The first factor and a verification code were right.",
      "succeeded": true
    }],
    "status": {
      "errorCode": 0, "failureReason": null, "additionalDetails": null
    },
    "deviceDetail": {
      "deviceId": "d-1", "displayName": "Laptop", "isCompliant": true,
      "trustType": "ServerAD"
    },
    "location": {"countryOrRegion": "SE"},
    "riskLevelDuringSignIn": "low",
    "riskLevelAggregated": "none",
    "pamMfa": {
      "sequence": 7,
      "status": "success",
      "reason": "verified",
      "userKnown": true,
      "targetUser": null,
      "firstFactor": "password",
      "source": "192.0.2.1",
      "terminal": "ssh",
      "asker": "root",
      "roles": ["Global Administrator"],
      "rolesKnown": true,
      "methodId": "00ff",
      "methodsUsed": "password,softwareOath",
      "attempts": 1,
      "generation": 3
    }
  })";

int error_code(const SignInRecord& record) {
  return sign_in_json(record)["status"]["errorCode"].get<int>();
}

std::string at(const Json& json, const char* path) {
  return json.at(Json::json_pointer(path)).get<std::string>();
}

}  // namespace

TEST("a sign-in reads as Graph's signIn, field by field") {
  const Json expected = Json::parse(kUsual);
  assert_string_equal(sign_in_json(usual()).dump(1).c_str(),
                      expected.dump(1).c_str());
}

TEST("a sign-in that was never confirmed reads as a failure") {
  SignInRecord record = usual();
  record.status = SignInStatus::unconfirmed;
  const Json json = sign_in_json(record);
  assert_int_equal(json["status"]["errorCode"].get<int>(), -1);
  assert_string_equal(at(json, "/pamMfa/status").c_str(), "unconfirmed");
  assert_non_null(strstr(at(json, "/status/failureReason").c_str(),
                         "not let the person in"));
}

TEST("only a confirmed sign-in has error code 0, whatever its reason") {
  for (int number = 0; number < 256; ++number) {
    SignInRecord record = usual();
    record.reason = static_cast<Reason>(number);
    for (const auto status :
         {SignInStatus::failure, SignInStatus::unconfirmed, SignInStatus{}}) {
      record.status = status;
      assert_int_not_equal(error_code(record), 0);
    }
    record.status = SignInStatus::success;
    assert_int_equal(error_code(record), 0);
  }
}

TEST("a failure carries the AADSTS number and the sentence of its reason") {
  SignInRecord record = usual();
  record.status = SignInStatus::failure;
  record.reason = Reason::paused;
  record.detail = "pause of 2 min";
  record.methods_used.clear();
  const Json json = sign_in_json(record);
  assert_int_equal(json["status"]["errorCode"].get<int>(), 50053);
  assert_string_equal(at(json, "/status/additionalDetails").c_str(),
                      "pause of 2 min");
  assert_string_equal(
      at(json, "/status/failureReason").c_str(),
      std::string(describe(Reason::paused).explanation).c_str());
  assert_false(json["authenticationDetails"][1]["succeeded"].get<bool>());
}

TEST("a factor that nobody saw is not among the details") {
  SignInRecord record = usual();
  record.first_factor = "unknown";
  record.method_id = "";
  record.attempts = 0;
  assert_true(sign_in_json(record)["authenticationDetails"].empty());
}

TEST("what is not known of device, place and risk is null") {
  SignInRecord record = usual();
  record.country = record.device_id = "";
  record.sign_in_risk = record.user_risk = "";
  const Json json = sign_in_json(record);
  for (const char* name : {"deviceDetail", "location", "riskLevelDuringSignIn",
                           "riskLevelAggregated"}) {
    assert_true(json.at(name).is_null());
  }
}

TEST("one failed policy makes the conditional access status a failure") {
  SignInRecord record = usual();
  record.policies.push_back({"Block", PolicyResult::failure, {"block"}});
  assert_string_equal(
      at(sign_in_json(record), "/conditionalAccessStatus").c_str(), "failure");
  record.policies = {{"Off", PolicyResult::not_enabled, {}},
                     {"Others", PolicyResult::not_applied, {}}};
  assert_string_equal(
      at(sign_in_json(record), "/conditionalAccessStatus").c_str(),
      "notApplied");
}

TEST("a record with bytes that are no UTF-8 is still a valid document") {
  SignInRecord record = usual();
  record.user = "al\xffice\x1b[2J";
  const std::string message = encode_reply(sign_in_json(record), false);
  assert_false(
      Json::parse(message.substr(0, message.size() - 1), nullptr, false)
          .is_discarded());
  assert_null(strchr(message.c_str(), 0x1b));
}

}  // namespace mfa::control
