// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/directory_reports.h"

#include <vector>

#include "mfactl/layout.h"
#include "mfactl/time.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

using words::heading;

std::string size_text(std::int64_t bytes) {
  constexpr std::int64_t kMib = 1 << 20;
  return words::mebibytes((bytes + kMib / 2) / kMib);
}

std::string generation_text(const Json& status) {
  if (is_null(status, "/source")) return words::never_brought();
  return words::brought_generation(
      number(status, "/generation"), text(status, "/source"),
      local_time(text(status, "/committedDateTime")));
}

std::string connector_text(const Json& connector) {
  std::string out = flag(connector, "/connected") ? words::connector_listens()
                                                  : words::connector_absent();
  if (!is_null(connector, "/lastCallDateTime")) {
    out += "; " +
           words::last_heard(local_time(text(connector, "/lastCallDateTime")));
  }
  if (flag(connector, "/syncWanted")) out += "; " + words::sync_waits();
  return out;
}

std::string trouble_text(const Json& connector) {
  if (is_null(connector, "/trouble")) return "";
  const std::string next =
      is_null(connector, "/trouble/nextTryDateTime")
          ? words::unknown()
          : local_time(text(connector, "/trouble/nextTryDateTime"));
  return words::trouble(text(connector, "/trouble/message"),
                        local_time(text(connector, "/trouble/dateTime")), next);
}

std::string held_text(const Json& status) {
  if (is_null(status, "/held")) return "";
  std::string out =
      words::held_change(text(status, "/held/what"),
                         local_time(text(status, "/held/sinceDateTime")));
  if (!is_null(status, "/held/tooOldFromDateTime")) {
    out += ' ' + words::too_old_from(
                     local_time(text(status, "/held/tooOldFromDateTime")));
  }
  return out + ' ' + words::accept_with(text(status, "/held/sinceDateTime"));
}

std::string several(const Json& status, const char* count, const char* some) {
  const auto all = number(status, count);
  if (all == 0) return "";
  std::string examples;
  for (const Json& example : member(status, some)) {
    if (!example.is_string()) continue;
    examples += examples.empty() ? "" : "; ";
    examples += example.get<std::string>();
  }
  return std::to_string(all) + ": " + examples;
}

// "" where the time is none.
std::string age_text(const std::string& iso8601, Instant now) {
  const auto then = parse_since(iso8601, now);
  if (!then || *then > now) return "";
  return duration(std::chrono::floor<std::chrono::seconds>(now - *then));
}

Row kind_row(const Json& kind, Instant now) {
  const std::string at = text(kind, "/upToDateDateTime");
  const bool hard = flag(kind, "/hardExpired");
  const bool soft = flag(kind, "/softExpired");
  return {text(kind, "/kind"), at.empty() ? words::never() : age_text(at, now),
          hard   ? words::not_believed()
          : soft ? words::to_be_fetched()
                 : words::fresh()};
}

// What to do of a kind that the connector does not bring any more.
std::string retired_text(const Json& status) {
  for (const Json& kind : member(status, "/kinds")) {
    if (flag(kind, "/hardExpired") && text(kind, "/kind") != "people") {
      return '\n' + words::retire_kind(text(kind, "/kind")) + '\n';
    }
  }
  return "";
}

Row device_row(const Json& device) {
  const Json& compliant = member(device, "/isCompliant");
  std::string state = compliant.is_null()            ? words::unknown()
                      : flag(device, "/isCompliant") ? words::compliant()
                                                     : words::not_compliant();
  if (!flag(device, "/accountEnabled")) state = words::device_disabled();
  return {text(device, "/deviceId"), text(device, "/displayName"),
          std::move(state), text(device, "/trustType")};
}

std::string with_doubts(const Json& reply, const char* held,
                        const char* uncertain) {
  std::string out = joined(reply, held);
  const std::string doubts = joined(reply, uncertain);
  if (doubts.empty()) return out;
  return out + (out.empty() ? "" : "; ") + words::uncertain(doubts);
}

}  // namespace

std::string directory_report(const Json& status, Instant now,
                             std::size_t width) {
  const Json& connector = member(status, "/connector");
  const auto reports = number(status, "/reportsWaiting");
  std::string out = fields(
      {{heading("Directory"), generation_text(status)},
       {heading("Connector"), connector_text(connector)},
       {heading("Trouble"), trouble_text(connector)},
       {heading("Held"), held_text(status)},
       {heading("Holds"), words::directory_holds(number(status, "/people"),
                                                 number(status, "/groups"),
                                                 number(status, "/devices"),
                                                 number(status, "/disabled"),
                                                 number(status, "/atRisk"))},
       {heading("On disk"), size_text(number(status, "/bytesOnDisk"))},
       {heading("Full sync"),
        flag(status, "/fullSyncWanted") ? words::full_sync_wanted() : ""},
       {heading("Ambiguous"),
        several(status, "/ambiguousAccounts", "/ambiguous")},
       {heading("Refused"), several(status, "/refusedRecords", "/refusals")},
       {heading("To report"), reports == 0 ? "" : words::reports(reports)}});
  std::vector<Row> rows;
  for (const Json& kind : member(status, "/kinds")) {
    rows.push_back(kind_row(kind, now));
  }
  if (rows.empty()) return out;
  return out + '\n' +
         table({heading("KIND"), heading("AGE"), heading("STATE")}, rows,
               width) +
         retired_text(status);
}

std::string central_text(const Json& record) {
  const std::string standing = text(record, "/standing");
  if (standing.empty()) return "";
  if (standing == "unknown") return words::local_account();
  if (standing == "disabled") {
    return words::closed_account(text(record, "/detail"));
  }
  if (standing == "conflict") {
    return words::conflicting_account(text(record, "/detail"));
  }
  return words::known_as(text(record, "/id"),
                         text(record, "/userPrincipalName"));
}

std::string directory_user_report(const Json& reply, std::size_t width) {
  const Json& record = member(reply, "/directory");
  const std::string risk = text(record, "/riskLevel");
  std::string out = fields(
      {{heading("User"), text(reply, "/user")},
       {heading("Uid"), std::to_string(number(reply, "/uid"))},
       {heading("Directory"), central_text(record)},
       {heading("Identity"),
        text(record, "/userType") == "Guest" ? words::guest() : ""},
       {heading("Freshness"),
        words::freshness(flag(record, "/membershipsFresh"),
                         flag(record, "/devicesFresh"))},
       {heading("Roles"), with_doubts(reply, "/roles", "/uncertainRoles")},
       {heading("Groups"), with_doubts(reply, "/groups", "/uncertainGroups")},
       {heading("Risk"), risk.empty() ? words::unknown() : risk}});
  std::vector<Row> rows;
  for (const Json& device : member(record, "/devices")) {
    rows.push_back(device_row(device));
  }
  if (rows.empty()) return out;
  return out + '\n' +
         table({heading("DEVICE"), heading("NAME"), heading("STATE"),
                heading("TRUST")},
               rows, width);
}

std::string sync_report(const Json& reply) {
  return words::sync_asked(flag(reply, "/connected")) + '\n';
}

std::string accepted_report(const Json& reply) {
  return printable(words::change_accepted(text(reply, "/what"),
                                          flag(reply, "/connected"))) +
         '\n';
}

std::string forgotten_kind_report(const Json& reply) {
  return words::kind_forgotten(text(reply, "/kind")) + '\n';
}

std::string forgotten_report(const Json& reply) {
  return words::account_forgotten(text(reply, "/user")) + '\n';
}

}  // namespace mfa::mfactl
