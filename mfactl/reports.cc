// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/reports.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "mfactl/directory_reports.h"
#include "mfactl/layout.h"
#include "mfactl/policy_reports.h"
#include "mfactl/time.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

using words::heading;

std::string time_at(const Json& json, const char* path) {
  return is_null(json, path) ? words::never() : local_time(text(json, path));
}

std::string policy_text(const Json& configuration) {
  if (!flag(configuration, "/securityDefaults")) {
    return number(configuration, "/policies/enabled") > 0
               ? words::policies_decide()
               : words::security_defaults_off();
  }
  return words::security_defaults_on(
      number(configuration, "/registrationGraceDays"));
}

std::string registration_text(const Json& user) {
  if (flag(user, "/registration/registered")) return words::registered();
  const auto days = number(user, "/registration/graceDaysLeft");
  if (days == 0) return words::grace_over();
  if (is_null(user, "/registration/graceStartedDateTime")) {
    return words::grace_not_begun(days);
  }
  return words::in_grace(days);
}

std::string failures_text(const Json& user) {
  std::string all;
  for (const Json& source : member(user, "/throttled")) {
    if (!all.empty()) all += "; ";
    all +=
        words::failures(number(source, "/failures"), text(source, "/source"));
    const std::chrono::seconds left(number(source, "/secondsLeft"));
    if (left.count() > 0) all += ", " + words::paused(duration(left));
  }
  return all;
}

std::string uid_text(const Json& user) {
  if (is_null(user, "/uid")) return words::no_account();
  const auto uid = number(user, "/uid");
  std::string out = std::to_string(uid);
  if (!is_null(user, "/registeredUid") &&
      number(user, "/registeredUid") != uid) {
    out += "; " + words::other_uid(number(user, "/registeredUid"));
  }
  return out;
}

std::string roles_text(const Json& user) {
  std::string roles = joined(user, "/roles");
  if (flag(user, "/rolesKnown") || is_null(user, "/uid")) return roles;
  if (!roles.empty()) roles += "; ";
  return roles + words::roles_incomplete();
}

// "disabled" is what nobody did anything about.
std::string per_user_text(const Json& user) {
  const std::string state = text(user, "/perUserMfaState");
  return state == "disabled" ? "" : words::per_user_mfa(state);
}

std::string remembered_text(const Json& user) {
  std::string all;
  std::size_t outdated = 0;
  for (const Json& place : member(user, "/remembered")) {
    if (!flag(place, "/current")) {
      ++outdated;
      continue;
    }
    const bool by_device = !is_null(place, "/device");
    all += all.empty() ? "" : "; ";
    all += words::remembered_place(
        text(place, "/service"), text(place, "/source"),
        text(place, by_device ? "/device" : "/terminal"),
        time_at(place, "/verifiedDateTime"));
  }
  if (outdated == 0) return all;
  all += all.empty() ? "" : "; ";
  return all + words::remembered_outdated(outdated);
}

std::string terms_text(const Json& user) {
  std::string all;
  for (const Json& terms : member(user, "/acceptedTerms")) {
    all += all.empty() ? "" : "; ";
    all += words::terms_accepted(text(terms, "/id"), text(terms, "/version"),
                                 time_at(terms, "/acceptedDateTime"),
                                 flag(terms, "/current"));
  }
  return all;
}

constexpr std::size_t kDateColumns = 10;  // 2026-11-21

Row method_row(const Json& method) {
  const auto all = number(method, "/failures") +
                   number(method, "/failuresFromUnfamiliarSources");
  // Twelve hex digits name a method among sixteen; `method remove` takes the
  // beginning of an id.
  return {text(method, "/id").substr(0, 12),
          text(method, "/label"),
          text(method, "/state"),
          words::totp_parameters(text(method, "/algorithm"),
                                 number(method, "/digits"),
                                 number(method, "/period")),
          time_at(method, "/createdDateTime").substr(0, kDateColumns),
          time_at(method, "/lastUsedDateTime"),
          std::to_string(all)};
}

std::string methods_table(const Json& methods, std::size_t width) {
  std::vector<Row> rows;
  for (const Json& method : methods) rows.push_back(method_row(method));
  return table(
      {heading("ID"), heading("LABEL"), heading("STATE"), heading("CODES"),
       heading("CREATED"), heading("LAST USED"), heading("FAILURES")},
      rows, width);
}

std::string from_text(const Json& sign_in) {
  if (!is_null(sign_in, "/ipAddress")) return text(sign_in, "/ipAddress");
  return text(sign_in, "/pamMfa/source");
}

Row sign_in_row(const Json& sign_in) {
  return {local_time(text(sign_in, "/createdDateTime")),
          text(sign_in, "/userPrincipalName"),
          text(sign_in, "/appDisplayName"),
          from_text(sign_in),
          text(sign_in, "/pamMfa/status"),
          text(sign_in, "/pamMfa/reason"),
          text(sign_in, "/id").substr(0, 8)};
}

Row sign_in_heading_row() {
  return {heading("TIME"), heading("USER"),   heading("SERVICE"),
          heading("FROM"), heading("RESULT"), heading("REASON"),
          heading("ID")};
}

// Sign-in's and person's, where one of them is a risk.
std::string risk_cell(const Json& sign_in) {
  const std::string here = text(sign_in, "/riskLevelDuringSignIn");
  const std::string person = text(sign_in, "/riskLevelAggregated");
  const auto is_risk = [](const std::string& level) {
    return !level.empty() && level != "none";
  };
  if (!is_risk(here) && !is_risk(person)) return "";
  return (here.empty() ? "?" : here) + '/' + (person.empty() ? "?" : person);
}

std::string country_cell(const Json& sign_in) {
  return text(sign_in, "/location/countryOrRegion");
}

std::string device_cell(const Json& sign_in) {
  const std::string name = text(sign_in, "/deviceDetail/displayName");
  return name.empty() ? text(sign_in, "/deviceDetail/deviceId") : name;
}

std::string detail_cell(const Json& sign_in) {
  return text(sign_in, "/status/additionalDetails");
}

// Columns that a listing has only where a sign-in has something to put there.
constexpr std::pair<const char*, std::string (*)(const Json&)> kRareColumns[] =
    {{"COUNTRY", country_cell},
     {"DEVICE", device_cell},
     {"RISK", risk_cell},
     {"DETAIL", detail_cell}};

void add_rare_column(const Json& sign_ins, const std::string& name,
                     std::string (*text_of)(const Json&), Row& headings,
                     std::vector<Row>& rows) {
  const bool wanted = std::any_of(
      sign_ins.begin(), sign_ins.end(),
      [&](const Json& sign_in) { return !text_of(sign_in).empty(); });
  if (!wanted) return;
  headings.push_back(name);
  auto row = rows.begin();
  for (const Json& sign_in : sign_ins) (row++)->push_back(text_of(sign_in));
}

std::string who_text(const Json& sign_in) {
  const std::string user = text(sign_in, "/userPrincipalName");
  const std::string target = text(sign_in, "/pamMfa/targetUser");
  if (!flag(sign_in, "/pamMfa/userKnown")) return words::not_an_account(user);
  return target.empty() ? user : words::becoming(user, target);
}

std::string where_text(const Json& sign_in) {
  std::string from = from_text(sign_in);
  if (from.empty() || from == "unknown") from = words::address_unknown();
  const std::string country = country_cell(sign_in);
  if (!country.empty()) from += " (" + country + ')';
  const std::string terminal = text(sign_in, "/pamMfa/terminal");
  return terminal.empty() ? from : words::at_terminal(from, terminal);
}

std::string service_text(const Json& sign_in) {
  const std::string service = text(sign_in, "/appDisplayName");
  const bool modern = text(sign_in, "/clientAppUsed") != "Other clients";
  return modern ? service : words::cannot_ask_there(service);
}

std::string first_factor_text(const Json& sign_in) {
  const std::string factor = text(sign_in, "/pamMfa/firstFactor");
  if (factor == "password") return words::by_password();
  if (factor == "public_key") return words::by_public_key();
  return words::first_factor_unseen();
}

bool has_applied(const Json& row) {
  const std::string result = text(row, "/result");
  return result != "notApplied" && result != "notEnabled" &&
         result != "reportOnlyNotApplied";
}

// Of a tenant's two hundred policies, those that had a say.
std::string policies_text(const Json& sign_in) {
  const Json& rows = member(sign_in, "/appliedConditionalAccessPolicies");
  std::string all;
  std::size_t others = 0;
  for (const Json& row : rows) {
    if (!has_applied(row)) {
      ++others;
      continue;
    }
    if (!all.empty()) all += "; ";
    all += words::policy_wants(text(row, "/displayName"),
                               joined(row, "/enforcedGrantControls"),
                               text(row, "/result"));
  }
  if (others == 0) return all;
  if (all.empty()) return words::applying_none(others);
  return all + "; " + words::others_do_not_apply(others);
}

// "" where nobody knows anything about it.
std::string risk_text(const Json& sign_in, const char* of_sign_in,
                      const char* of_user) {
  const std::string here = text(sign_in, of_sign_in);
  const std::string person = text(sign_in, of_user);
  if (here.empty() && person.empty()) return "";
  return words::risks(here.empty() ? words::unknown() : here,
                      person.empty() ? words::unknown() : person);
}

std::string method_of(const Json& sign_in) {
  for (const Json& step : member(sign_in, "/authenticationDetails")) {
    const std::string label = text(step, "/authenticationMethodDetail");
    if (!label.empty()) return label;
  }
  return "";
}

std::string asked_text(const Json& sign_in) {
  const auto attempts = number(sign_in, "/pamMfa/attempts");
  if (attempts == 0) return words::asked_nothing();
  const std::string method = method_of(sign_in);
  const std::string codes = words::asked_codes(attempts);
  return method.empty() ? codes : codes + ", " + words::with_method(method);
}

std::string result_text(const Json& sign_in) {
  const std::string status = text(sign_in, "/pamMfa/status");
  const std::string reason = text(sign_in, "/pamMfa/reason");
  if (status == "success") return words::let_in(reason);
  if (status == "unconfirmed") return words::let_in_unconfirmed();
  return words::not_let_in(reason, number(sign_in, "/status/errorCode"));
}

std::string person_now_text(const Json& reply) {
  const Json& user = member(reply, "/user");
  if (user.is_null()) return "";
  const std::string failures = failures_text(user);
  const std::string registration = registration_text(user);
  return failures.empty() ? registration : registration + "; " + failures;
}

}  // namespace

std::string status_report(const Json& status) {
  const Json& configuration = member(status, "/configuration");
  const std::string error = text(configuration, "/lastError");
  return fields(
      {{heading("Agent"),
        text(status, "/version") + ", " +
            words::since(time_at(status, "/startedDateTime"))},
       {heading("Configuration"),
        words::generation(number(configuration, "/generation"),
                          text(configuration, "/file"),
                          time_at(configuration, "/loadedDateTime"))},
       {heading("Last reload"),
        error.empty() ? "" : words::reload_refused(error)},
       {heading("Rules"), text(configuration, "/fingerprint")},
       {heading("Policy"), policy_text(configuration)},
       {heading("Policies"),
        words::policy_counts(number(configuration, "/policies/enabled"),
                             number(configuration, "/policies/reportOnly"),
                             number(configuration, "/policies/disabled"))},
       {heading("Locations"),
        std::to_string(number(configuration, "/namedLocations"))},
       {heading("Directory"),
        words::directory_counts(number(configuration, "/directory/people"),
                                number(configuration, "/directory/devices"))},
       {heading("People"),
        words::people_counts(number(status, "/statistics/peopleRegistered"),
                             number(status, "/statistics/peopleInGrace"))},
       {heading("Methods"),
        words::method_counts(number(status, "/statistics/methods"),
                             number(status, "/statistics/methodsDisabled"))},
       {heading("Sign-in log"),
        words::records(number(status, "/statistics/signIns"))},
       {heading("Connections"),
        words::connection_counts(number(status, "/connections/signIn"),
                                 number(status, "/connections/control"))}});
}

std::string methods_report(const Json& reply, std::size_t width) {
  const Json& methods = member(reply, "/methods");
  if (methods.empty()) return words::no_methods(text(reply, "/user")) + '\n';
  return methods_table(methods, width);
}

std::string user_report(const Json& user, std::size_t width) {
  std::string out =
      fields({{heading("User"), text(user, "/user")},
              {heading("Uid"), uid_text(user)},
              {heading("Directory"), central_text(member(user, "/directory"))},
              {heading("Roles"), roles_text(user)},
              {heading("Registration"), registration_text(user)},
              {heading("Per-user MFA"), per_user_text(user)},
              {heading("Groups"), joined(user, "/groups")},
              {heading("Risk"),
               risk_text(user, "/risk/signInRiskLevel", "/risk/userRiskLevel")},
              {heading("Remembered"), remembered_text(user)},
              {heading("Terms of use"), terms_text(user)},
              {heading("Failures"), failures_text(user)},
              {heading("Known sources"), joined(user, "/familiarSources")}});
  const Json& methods = member(user, "/methods");
  if (!methods.empty()) out += '\n' + methods_table(methods, width);
  return out;
}

std::string sign_ins_report(const Json& sign_ins, std::size_t width) {
  if (sign_ins.empty()) return words::no_sign_ins() + '\n';
  Row headings = sign_in_heading_row();
  std::vector<Row> rows;
  for (const Json& sign_in : sign_ins) rows.push_back(sign_in_row(sign_in));
  for (const auto& [name, text_of] : kRareColumns) {
    add_rare_column(sign_ins, heading(name), text_of, headings, rows);
  }
  return table(headings, rows, width);
}

// Widths for what is usual: an IPv4 address, the longest reason.
constexpr std::size_t kFollowWidths[] = {19, 10, 7, 15, 7, 21, 8};

std::string sign_in_line(const Json& sign_in) {
  return fixed_line(sign_in_row(sign_in),
                    {std::begin(kFollowWidths), std::end(kFollowWidths)});
}

std::string sign_in_headings() {
  return fixed_line(sign_in_heading_row(),
                    {std::begin(kFollowWidths), std::end(kFollowWidths)});
}

std::string explanation_report(const Json& reply) {
  const Json& sign_in = member(reply, "/signIn");
  const bool unconfirmed = text(sign_in, "/pamMfa/status") == "unconfirmed";
  return fields(
      {{heading("Sign-in"), text(sign_in, "/id")},
       {heading("When"), time_at(sign_in, "/createdDateTime")},
       {heading("Who"), who_text(sign_in)},
       {heading("From"), where_text(sign_in)},
       {heading("Service"), service_text(sign_in)},
       {heading("Device"), device_text(member(sign_in, "/deviceDetail"))},
       {heading("Risk"),
        risk_text(sign_in, "/riskLevelDuringSignIn", "/riskLevelAggregated")},
       {heading("First factor"), first_factor_text(sign_in)},
       {heading("Policies"), policies_text(sign_in)},
       {heading("Asked"), asked_text(sign_in)},
       {heading("Result"), result_text(sign_in)},
       {heading("Why"),
        unconfirmed ? words::why_unconfirmed() : text(reply, "/explanation")},
       {heading("Detail"), text(sign_in, "/status/additionalDetails")},
       {heading("What to do"),
        unconfirmed ? words::do_unconfirmed() : text(reply, "/remedy")},
       {heading("Person now"), person_now_text(reply)}});
}

}  // namespace mfa::mfactl
