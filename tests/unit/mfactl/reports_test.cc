// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/reports.h"

#include <stdlib.h>
#include <time.h>

#include <sstream>

#include "agent/control/sign_in_json.h"
#include "mfactl/layout.h"
#include "tests/check.h"
#include "tests/unit/mfactl/says.h"

namespace mfa::mfactl {
namespace {

constexpr std::size_t kWidth = 100;

SignInRecord denied() {
  SignInRecord record;
  record.id = "66ea54eb-6301-4ee5-be62-ff5a759b0100";
  record.created = Instant(std::chrono::seconds(1584126955));
  record.user = "alice";
  record.user_known = true;
  record.application = "sshd";
  record.ip_address = "192.0.2.1";
  record.source = "192.0.2.1";
  record.terminal = "ssh";
  record.first_factor = "password";
  record.method_label = "Phone";
  record.method_id = "00ff";
  record.status = SignInStatus::failure;
  record.reason = Reason::replayed_code;
  record.attempts = 2;
  record.policies = {{"Security defaults", PolicyResult::failure, {"mfa"}}};
  return record;
}

Json explanation(const SignInRecord& record) {
  const ReasonText& reason = describe(record.reason);
  return {{"signIn", control::sign_in_json(record)},
          {"explanation", reason.explanation},
          {"remedy", reason.remedy},
          {"user", nullptr}};
}

void in_utc() {
  setenv("TZ", "UTC", 1);
  tzset();
}

void assert_narrow(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    assert_in_range(columns(line), 0, kWidth);
  }
}

}  // namespace

TEST(
    "explain tells when, who, from where, what was asked, why and what to do") {
  in_utc();
  const std::string text = explanation_report(explanation(denied()));
  assert_says(
      text,
      {"When 2020-03-13 19:15:55", "Who alice", "From 192.0.2.1, terminal ssh",
       "Service sshd", "First factor password",
       "Policies Security defaults (asks for mfa): failure",
       "Asked 2 codes were evaluated, with Phone",
       "Result not let in (replayed_code, error 50074)",
       "Why The verification code was right but had been used already.",
       "What to do Each code works once"});
  assert_narrow(text);
}

TEST("explain tells device, country, risk and which policies refused") {
  SignInRecord record = denied();
  record.country = "SE";
  record.device_id = "d-1";
  record.device_name = "Laptop";
  record.device_compliant = false;
  record.sign_in_risk = "high";
  record.reason = Reason::device_not_compliant;
  record.detail = "policy \"Managed devices\"";
  assert_says(explanation_report(explanation(record)),
              {"From 192.0.2.1 (SE), terminal ssh",
               "Device Laptop (d-1), not compliant",
               "Risk of the sign-in: high; of the person: unknown",
               "Detail policy \"Managed devices\""});
}

TEST("explain lists the policies that applied and counts the others") {
  SignInRecord record = denied();
  record.policies = {{"Off", PolicyResult::not_enabled, {}},
                     {"MFA", PolicyResult::failure, {"mfa"}},
                     {"Elsewhere", PolicyResult::not_applied, {}},
                     {"Trial", PolicyResult::report_only_interrupted, {"mfa"}}};
  assert_says(explanation_report(explanation(record)),
              {"Policies MFA (asks for mfa): failure; Trial (asks for mfa): "
               "reportOnlyInterrupted; 2 others did not apply"});
  record.policies.resize(1);
  assert_says(explanation_report(explanation(record)),
              {"none of 1 policy applied"});
}

TEST("a listing has columns for device, risk and detail where there is any") {
  const Json plain = Json::array({control::sign_in_json(denied())});
  assert_true(sign_ins_report(plain, kUnlimitedWidth).find("DETAIL") ==
              std::string::npos);
  SignInRecord record = denied();
  record.detail = "policy \"Managed devices\"";
  record.device_id = "d-1";
  record.country = "SE";
  record.user_risk = "high";
  const Json both = {control::sign_in_json(denied()),
                     control::sign_in_json(record)};
  assert_says(
      sign_ins_report(both, kUnlimitedWidth),
      {"ID COUNTRY DEVICE RISK DETAIL", "66ea54eb SE d-1 ?/high policy"});
}

TEST("status counts policies, locations and the directory") {
  const Json status = {
      {"configuration",
       {{"fingerprint", "00ff"},
        {"securityDefaults", false},
        {"policies", {{"enabled", 3}, {"reportOnly", 2}, {"disabled", 1}}},
        {"namedLocations", 4},
        {"directory", {{"people", 1}, {"devices", 7}}}}}};
  assert_says(status_report(status),
              {"Rules 00ff", "Policy the policies decide",
               "Policies 3 enabled, 2 report-only, 1 disabled", "Locations 4",
               "Directory 1 person, 7 devices"});
}

TEST("explain names the person whom su was to become") {
  SignInRecord record = denied();
  record.target_user = "root";
  assert_says(explanation_report(explanation(record)),
              {"Who alice, to become root"});
}

TEST("explain says that a name is no account and an address unknown") {
  SignInRecord record = denied();
  record.user = "mallory";
  record.user_known = false;
  record.ip_address = "";
  record.source = "unknown";
  record.terminal = "";
  assert_says(explanation_report(explanation(record)),
              {"Who mallory, which is no account of this host",
               "From an unknown address"});
}

TEST("explain calls an unconfirmed sign-in what it is, and tells the remedy") {
  SignInRecord record = denied();
  record.status = SignInStatus::unconfirmed;
  record.reason = Reason::verified;
  assert_says(
      explanation_report(explanation(record)),
      {"verified, but not confirmed by the service; counts as a failure",
       "never ran the account phase", "pam_mfa.so"});
}

TEST("every reason is explained within the width") {
  for (int number = 0; number < 64; ++number) {
    SignInRecord record = denied();
    record.reason = static_cast<Reason>(number);
    assert_narrow(explanation_report(explanation(record)));
  }
}

TEST("a listing of sign-ins fits 100 columns whatever is in it") {
  SignInRecord record = denied();
  record.user = std::string(256, 'u');
  record.ip_address = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff";
  record.application = "polkit-1";
  record.reason = Reason::directory_unavailable;
  const Json all = {control::sign_in_json(record),
                    control::sign_in_json(denied())};
  const std::string text = sign_ins_report(all, kWidth);
  assert_narrow(text);
  assert_says(text, {"66ea54eb", "replayed_code"});
}

TEST("a followed line stands under its headings and fits 100 columns") {
  const std::string line = sign_in_line(control::sign_in_json(denied()));
  const std::string headings = sign_in_headings();
  assert_int_equal(line.find("alice"), headings.find("USER"));
  assert_int_equal(line.find("66ea54eb"), headings.find("ID"));
  assert_narrow(line);
}

TEST("a listing fits a narrow terminal, and is whole in a pipe") {
  SignInRecord record = denied();
  record.ip_address = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff";
  const Json all = Json::array({control::sign_in_json(record)});
  std::istringstream narrow(sign_ins_report(all, 80));
  for (std::string line; std::getline(narrow, line);) {
    assert_in_range(columns(line), 0, 80);
  }
  assert_says(sign_ins_report(all, kUnlimitedWidth),
              {record.ip_address.c_str()});
}

TEST("status quotes the last reload's error as it was written") {
  const std::string error = "f.yaml:1:1: unknown key \"admin_grup\"";
  assert_says(status_report({{"configuration", {{"lastError", error}}}}),
              {"unknown key \"admin_grup\""});
}

TEST("an empty listing says so instead of showing nothing") {
  assert_says(sign_ins_report(Json::array(), kWidth), {"No sign-ins."});
  assert_says(
      methods_report({{"user", "alice"}, {"methods", Json::array()}}, kWidth),
      {"mfactl method add alice totp"});
}

TEST("a person's report tells registration, pauses and a foreign uid") {
  Json user = {
      {"user", "alice"},
      {"uid", 1000},
      {"registeredUid", 999},
      {"roles", {"Global Administrator", "User Administrator"}},
      {"rolesKnown", true},
      {"registration",
       {{"registered", false},
        {"graceStartedDateTime", "2026-11-20T10:00:00.000000Z"},
        {"graceDaysLeft", 1}}},
      {"methods", Json::array()},
      {"throttled",
       {{{"source", "192.0.2.1"}, {"failures", 6}, {"secondsLeft", 110}}}},
      {"familiarSources", Json::array()}};
  assert_says(user_report(user, kWidth),
              {"registered for uid 999", "Global Administrator, User Admin",
               "1 day left to register",
               "6 failures from 192.0.2.1, paused for 1 min 50 s"});
  user["registration"]["graceDaysLeft"] = 0;
  assert_says(user_report(user, kWidth), {"no days left to register"});
}

TEST("a person's report tells what is required, remembered and accepted") {
  in_utc();
  const auto place = [](bool current) {
    return Json{{"service", "sshd"},
                {"source", "192.0.2.1"},
                {"device", "laptop"},
                {"terminal", nullptr},
                {"verifiedDateTime", "2026-11-20T10:00:00.000000Z"},
                {"current", current}};
  };
  const Json user = {
      {"user", "alice"},
      {"uid", 1000},
      {"groups", {"admins"}},
      {"perUserMfaState", "enforced"},
      {"risk", {{"userRiskLevel", "medium"}, {"signInRiskLevel", nullptr}}},
      {"remembered", {place(true), place(false)}},
      {"acceptedTerms",
       {{{"id", "house-rules"},
         {"version", "1"},
         {"acceptedDateTime", "2026-11-20T10:00:00.000000Z"},
         {"current", false}}}}};
  assert_says(
      user_report(user, kWidth),
      {"Per-user MFA enforced: required by hand", "Groups admins",
       "Risk of the sign-in: unknown; of the person: medium",
       "Remembered sshd from 192.0.2.1 with laptop, verified 2026-11-20 "
       "10:00:00; 1 from before the last boot or change of the rules",
       "Terms of use house-rules version 1 on 2026-11-20 10:00:00, no longer "
       "in force"});
}

TEST("an answer of another version is shown as far as it is understood") {
  for (const Json& odd : {Json(nullptr), Json(3), Json::array(), Json("x"),
                          Json{{"status", 3}, {"user", {1}}, {"methods", 7}}}) {
    status_report(odd);
    methods_report(odd, kWidth);
    user_report(odd, kWidth);
    sign_in_line(odd);
    explanation_report(odd);
  }
}

}  // namespace mfa::mfactl
