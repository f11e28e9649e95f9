// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/policy_reports.h"

#include "mfactl/layout.h"
#include "tests/check.h"
#include "tests/unit/mfactl/says.h"

namespace mfa::mfactl {
namespace {

Json answer() {
  return Json::parse(R"({
    "policies": [
      {"id": "p-1", "displayName": "MFA for admins", "state": "enabled",
       "policyApplies": true, "analysisReasons": "notSet",
       "outcome": "interactionRequired", "result": "failure",
       "requiredControls": ["mfa"]},
      {"id": null, "displayName": "Block legacy",
       "state": "enabledForReportingButNotEnforced", "policyApplies": false,
       "analysisReasons": "clientApps", "outcome": "notApplied",
       "result": "reportOnlyNotApplied", "requiredControls": []}],
    "decision": {
      "decision": "challenge", "errorCode": 0, "emergencyAccess": false,
      "requiredControls": ["mfa"],
      "sessionControls": {"signInFrequency": {"value": 4, "type": "hours"},
                          "persistentBrowser": null}},
    "outcome": {"result": "interrupted", "reason": "verified", "errorCode": 0,
                "askedFor": ["mfa", "termsOfUse"], "explanation": "Right.",
                "remedy": "", "detail": null},
    "facts": {
      "user": {"user": "alice", "id": "a-1", "userPrincipalName": "alice",
               "isGuest": false, "groups": ["admins"],
               "roles": ["Global Administrator"], "membershipsKnown": true},
      "application": "sshd", "userAction": null,
      "clientAppType": "mobileAppsAndDesktopClients",
      "ipAddress": "192.0.2.7", "localConsole": false, "country": "SE",
      "namedLocations": [{"displayName": "Office", "isTrusted": true}],
      "devicePlatform": null,
      "device": {"deviceId": "d-1", "displayName": "Laptop",
                 "isCompliant": false, "trustType": "ServerAD"},
      "signInRiskLevel": "low", "userRiskLevel": null,
      "firstFactor": "unknown", "registered": false, "graceDaysLeft": 3,
      "perUserMfaRequired": true}
  })");
}

Json sum(int sign_ins, int people, std::vector<std::string> examples = {}) {
  return {{"signIns", sign_ins}, {"people", people}, {"examples", examples}};
}

}  // namespace

TEST("what-if tells the facts, each policy and the decision") {
  assert_says(
      what_if_report(answer(), kUnlimitedWidth),
      {"Sign-in alice signs in to sshd", "Identity a-1", "Groups admins",
       "Roles Global Administrator", "From 192.0.2.7 (SE)",
       "Locations Office (trusted)",
       "Device Laptop (d-1), not compliant, ServerAD; platform unknown",
       "Risk of the sign-in: low; of the person: unknown",
       "none registered; 3 days left to register; required by hand",
       "MFA for admins enabled yes interactionRequired mfa",
       "Block legacy report-only no clientApps", "Decision challenge: mfa",
       "a second factor may be remembered for 4 hours",
       "Outcome let in after right answers: mfa, termsOfUse"});
}

TEST("what-if tells by which policy and why it would be refused") {
  Json reply = answer();
  reply["decision"]["decision"] = "deny";
  reply["decision"]["errorCode"] = 53000;
  reply["outcome"] = {{"result", "failure"},
                      {"reason", "device_not_compliant"},
                      {"errorCode", 53000},
                      {"askedFor", Json::array()},
                      {"explanation", "No compliant device."},
                      {"remedy", "Register the device."},
                      {"detail", "policy \"Managed\""}};
  assert_says(what_if_report(reply, kUnlimitedWidth),
              {"Decision deny (error 53000)", "Outcome refused (error 53000)",
               "Because of policy \"Managed\"", "Why No compliant device.",
               "What to do Register the device."});
}

TEST("what-if tells what is asked for in vain, and what needs no answer") {
  Json reply = answer();
  reply["outcome"]["result"] = "failure";
  reply["outcome"]["errorCode"] = 50053;
  assert_says(what_if_report(reply, kUnlimitedWidth),
              {"Outcome refused after right answers: mfa, termsOfUse (error "
               "50053)"});
  reply["outcome"]["result"] = "success";
  reply["outcome"]["askedFor"] = Json::array();
  assert_says(what_if_report(reply, kUnlimitedWidth),
              {"Outcome let in without a question"});
}

TEST("what-if says that an emergency account is outside every policy") {
  Json reply = answer();
  reply["policies"] = Json::array();
  reply["decision"]["emergencyAccess"] = true;
  assert_says(what_if_report(reply, kUnlimitedWidth),
              {"an emergency account, outside every policy"});
}

TEST("as JSON what-if is Graph's array, and our own beside it") {
  const Json document = what_if_document(answer());
  assert_int_equal(document["value"].size(), 2);
  const Json& first = document["value"][0];
  assert_string_equal(first["id"].get<std::string>().c_str(), "p-1");
  assert_true(first["policyApplies"].get<bool>());
  assert_string_equal(first["analysisReasons"].get<std::string>().c_str(),
                      "notSet");
  assert_string_equal(document["pamMfa"]["decision"].get<std::string>().c_str(),
                      "challenge");
  assert_string_equal(
      document["pamMfa"]["outcome"]["result"].get<std::string>().c_str(),
      "interrupted");
  assert_string_equal(
      document["pamMfa"]["facts"]["country"].get<std::string>().c_str(), "SE");
}

TEST("impact tells of each policy whom it would have stopped, with examples") {
  const Json reply = {
      {"signIns", 120},
      {"people", 9},
      {"policies",
       {{{"displayName", "Managed devices"},
         {"state", "enabledForReportingButNotEnforced"},
         {"reportOnlyFailure", sum(12, 3, {"66ea54eb", "77ea54eb"})},
         {"reportOnlyInterrupted", sum(0, 0)},
         {"reportOnlySuccess", sum(100, 1)},
         {"reportOnlyNotApplied", sum(8, 5)}},
        {{"displayName", "Renamed"}, {"state", nullptr}}}}};
  assert_says(impact_report(reply, kUnlimitedWidth),
              {"120 sign-ins of 9 people looked at.",
               "Managed devices report-only 12 of 3 people 0 100 of 1 person "
               "8 of 5 people",
               "Renamed gone 0 0 0 0",
               "Refused by \"Managed devices\", the newest (see mfactl "
               "explain): 66ea54eb, 77ea54eb"});
}

TEST("impact without a report-only policy says how to get one") {
  assert_says(impact_report({{"policies", Json::array()}}, kUnlimitedWidth),
              {"enabledForReportingButNotEnforced"});
}

TEST("policies of another version of the agent are shown as far as known") {
  for (const Json& odd : {Json(nullptr), Json(3), Json::array(),
                          Json{{"policies", 3}, {"decision", {1}}},
                          Json{{"policies", {3}}, {"facts", "x"}}}) {
    what_if_report(odd, 80);
    what_if_document(odd);
    impact_report(odd, 80);
  }
}

}  // namespace mfa::mfactl
