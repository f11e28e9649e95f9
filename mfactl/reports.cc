// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/reports.h"

#include <algorithm>
#include <chrono>

#include "mfactl/layout.h"
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
    return words::security_defaults_off();
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

std::string who_text(const Json& sign_in) {
  const std::string user = text(sign_in, "/userPrincipalName");
  const std::string target = text(sign_in, "/pamMfa/targetUser");
  if (!flag(sign_in, "/pamMfa/userKnown")) return words::not_an_account(user);
  return target.empty() ? user : words::becoming(user, target);
}

std::string where_text(const Json& sign_in) {
  std::string from = from_text(sign_in);
  if (from.empty() || from == "unknown") from = words::address_unknown();
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

std::string policies_text(const Json& sign_in) {
  std::string all;
  for (const Json& row : member(sign_in, "/appliedConditionalAccessPolicies")) {
    if (!all.empty()) all += "; ";
    all += words::policy_wants(text(row, "/displayName"),
                               joined(row, "/enforcedGrantControls"),
                               text(row, "/result"));
  }
  return all;
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
       {heading("Policy"), policy_text(configuration)},
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
              {heading("Roles"), roles_text(user)},
              {heading("Registration"), registration_text(user)},
              {heading("Failures"), failures_text(user)},
              {heading("Known sources"), joined(user, "/familiarSources")}});
  const Json& methods = member(user, "/methods");
  if (!methods.empty()) out += '\n' + methods_table(methods, width);
  return out;
}

std::string sign_ins_report(const Json& sign_ins, std::size_t width) {
  if (sign_ins.empty()) return words::no_sign_ins() + '\n';
  std::vector<Row> rows;
  for (const Json& sign_in : sign_ins) rows.push_back(sign_in_row(sign_in));
  return table(sign_in_heading_row(), rows, width);
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
