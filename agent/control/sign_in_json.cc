// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/sign_in_json.h"

#include <algorithm>

#include "agent/model/graph_names.h"

namespace mfa::control {
namespace {

constexpr char kUnconfirmed[] =
    "The second factor was right, but the service has not let the person in "
    "(no account phase).";

Json null_if_empty(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

bool any_policy(const SignInRecord& record, PolicyResult result) {
  return std::any_of(
      record.policies.begin(), record.policies.end(),
      [&](const PolicyRow& row) { return row.result == result; });
}

const char* conditional_access_status(const SignInRecord& record) {
  if (any_policy(record, PolicyResult::failure)) return "failure";
  if (any_policy(record, PolicyResult::success)) return "success";
  return "notApplied";
}

Json device_json(const SignInRecord& record) {
  if (record.device_id.empty()) return nullptr;
  return {
      {"deviceId", record.device_id},
      {"displayName", null_if_empty(record.device_name)},
      {"isCompliant", record.device_compliant ? Json(*record.device_compliant)
                                              : Json(nullptr)},
      {"trustType", null_if_empty(record.device_trust_type)}};
}

Json location_json(const SignInRecord& record) {
  if (record.country.empty()) return nullptr;
  return {{"countryOrRegion", record.country}};
}

Json policies_json(const SignInRecord& record) {
  Json rows = Json::array();
  for (const PolicyRow& row : record.policies) {
    rows.push_back({{"displayName", row.display_name},
                    {"enforcedGrantControls", row.enforced_grant_controls},
                    {"enforcedSessionControls", Json::array()},
                    {"result", graph_name(row.result)}});
  }
  return rows;
}

Json step_json(const SignInRecord& record, const char* method,
               const std::string& detail, const char* requirement,
               std::string_view result, bool succeeded) {
  return {{"authenticationMethod", method},
          {"authenticationMethodDetail", null_if_empty(detail)},
          {"authenticationStepDateTime", to_iso8601(record.created)},
          {"authenticationStepRequirement", requirement},
          {"authenticationStepResultDetail", result},
          {"succeeded", succeeded}};
}

// A first factor that nobody has seen is not in the list: the application
// may have asked for anything.
Json details_json(const SignInRecord& record) {
  Json steps = Json::array();
  const bool password = record.first_factor == "password";
  if (password || record.first_factor == "public_key") {
    steps.push_back(step_json(record, password ? "Password" : "SSH public key",
                              "", "Primary authentication",
                              "Verified by the application", true));
  }
  if (record.attempts > 0 || !record.method_id.empty()) {
    steps.push_back(step_json(
        record, "Software OATH token", record.method_label,
        "Multifactor authentication", describe(record.reason).explanation,
        record.reason == Reason::verified || !record.methods_used.empty()));
  }
  return steps;
}

Json status_json(const SignInRecord& record) {
  const ReasonText& reason = describe(record.reason);
  const Json details = null_if_empty(record.detail);
  if (record.status == SignInStatus::success) {
    return {{"errorCode", 0},
            {"failureReason", nullptr},
            {"additionalDetails", details}};
  }
  // Zero means success to whoever reads Graph's log.
  const bool unconfirmed = record.status == SignInStatus::unconfirmed;
  const bool has_code = !unconfirmed && reason.error_code != 0;
  return {{"errorCode", has_code ? reason.error_code : kUnconfirmedErrorCode},
          {"failureReason", unconfirmed ? kUnconfirmed : reason.explanation},
          {"additionalDetails", details}};
}

Json own_json(const SignInRecord& record) {
  return {{"sequence", record.sequence},
          {"status", to_string(record.status)},
          {"reason", describe(record.reason).name},
          {"userKnown", record.user_known},
          {"targetUser", null_if_empty(record.target_user)},
          {"firstFactor", record.first_factor},
          {"source", record.source},
          {"terminal", null_if_empty(record.terminal)},
          {"asker", record.asker},
          {"roles", record.roles},
          {"rolesKnown", record.roles_known},
          {"methodId", null_if_empty(record.method_id)},
          {"methodsUsed", null_if_empty(record.methods_used)},
          {"attempts", record.attempts},
          {"generation", record.configuration_generation}};
}

}  // namespace

Json sign_in_json(const SignInRecord& record) {
  const bool multi = record.requirement.starts_with("multi");
  return {{"id", record.id},
          {"correlationId", record.id},
          {"createdDateTime", to_iso8601(record.created)},
          {"userPrincipalName", record.user},
          // The log keeps the name; the uid of that day is not known any more.
          {"userId", null_if_empty(record.user_id)},
          {"appDisplayName", record.application},
          {"ipAddress", null_if_empty(record.ip_address)},
          {"clientAppUsed", record.client_is_modern
                                ? "Mobile Apps and Desktop clients"
                                : "Other clients"},
          {"isInteractive", true},
          {"conditionalAccessStatus", conditional_access_status(record)},
          {"appliedConditionalAccessPolicies", policies_json(record)},
          {"authenticationRequirement",
           multi ? "multiFactorAuthentication" : "singleFactorAuthentication"},
          {"authenticationDetails", details_json(record)},
          {"status", status_json(record)},
          {"deviceDetail", device_json(record)},
          {"location", location_json(record)},
          {"riskLevelDuringSignIn", null_if_empty(record.sign_in_risk)},
          {"riskLevelAggregated", null_if_empty(record.user_risk)},
          {"pamMfa", own_json(record)}};
}

Json own_sign_in_json(const SignInRecord& record) {
  Json json = sign_in_json(record);
  json["appliedConditionalAccessPolicies"] = Json::array();
  json["riskLevelDuringSignIn"] = nullptr;
  json["riskLevelAggregated"] = nullptr;
  json["status"]["additionalDetails"] = nullptr;
  return json;
}

}  // namespace mfa::control
