// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/policy_reports.h"

#include <utility>

#include "mfactl/layout.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

using words::heading;

// What is unknown is said to be, because policies treat it as such.
std::string text_or_unknown(const Json& json, const char* path) {
  const std::string value = text(json, path);
  return value.empty() ? words::unknown() : value;
}

// --- the facts ---------------------------------------------------------------

std::string sign_in_text(const Json& facts) {
  const std::string user = text(facts, "/user/user");
  if (!is_null(facts, "/userAction")) {
    return words::does_action(user, text(facts, "/userAction"));
  }
  return words::signs_in_to(user, text(facts, "/application"));
}

// The name of the account need not be said a second time.
std::string identity_text(const Json& facts) {
  const std::string account = text(facts, "/user/user");
  std::string all;
  for (const char* path : {"/user/id", "/user/userPrincipalName"}) {
    const std::string name = text(facts, path);
    if (name.empty() || name == account) continue;
    all += all.empty() ? name : ", " + name;
  }
  if (!flag(facts, "/user/isGuest")) return all;
  return all.empty() ? words::guest() : all + ", " + words::guest();
}

std::string memberships_text(const Json& facts, const char* path) {
  std::string names = joined(facts, path);
  if (flag(facts, "/user/membershipsKnown")) return names;
  if (!names.empty()) names += "; ";
  return names + words::memberships_incomplete();
}

std::string locations_text(const Json& facts) {
  std::string all;
  for (const Json& location : member(facts, "/namedLocations")) {
    if (!all.empty()) all += ", ";
    all += text(location, "/displayName");
    if (flag(location, "/isTrusted")) all += ' ' + words::trusted();
  }
  return all.empty() ? words::in_no_location() : all;
}

std::string address_text(const Json& facts) {
  const std::string country = text(facts, "/country");
  std::string address = text(facts, "/ipAddress");
  if (address.empty()) {
    address = flag(facts, "/localConsole") ? words::console()
                                           : words::address_unknown();
  }
  return country.empty() ? address : address + " (" + country + ')';
}

std::string known_device_text(const Json& facts) {
  const std::string device = device_text(member(facts, "/device"));
  return (device.empty() ? words::unregistered() : device) + "; " +
         words::platform(text_or_unknown(facts, "/devicePlatform"));
}

std::string methods_text(const Json& facts) {
  std::string all =
      flag(facts, "/registered")
          ? words::registered()
          : words::not_registered(number(facts, "/graceDaysLeft"));
  if (flag(facts, "/perUserMfaRequired"))
    all += "; " + words::required_by_hand();
  return all;
}

std::string facts_text(const Json& facts) {
  return fields(
      {{heading("Sign-in"), sign_in_text(facts)},
       {heading("Identity"), identity_text(facts)},
       {heading("Groups"), memberships_text(facts, "/user/groups")},
       {heading("Roles"), memberships_text(facts, "/user/roles")},
       {heading("Client"), text_or_unknown(facts, "/clientAppType")},
       {heading("From"), address_text(facts)},
       {heading("Locations"), locations_text(facts)},
       {heading("Device"), known_device_text(facts)},
       {heading("Risk"),
        words::risks(text_or_unknown(facts, "/signInRiskLevel"),
                     text_or_unknown(facts, "/userRiskLevel"))},
       {heading("First factor"), text_or_unknown(facts, "/firstFactor")},
       {heading("Methods"), methods_text(facts)}});
}

// --- the policies ------------------------------------------------------------

Row policy_row(const Json& policy) {
  const bool applies = flag(policy, "/policyApplies");
  return {text(policy, "/displayName"),
          words::policy_state(text(policy, "/state")),
          applies ? words::yes() : words::no(),
          applies ? "" : text(policy, "/analysisReasons"),
          applies ? text(policy, "/outcome") : "",
          joined(policy, "/requiredControls")};
}

std::string policies_table(const Json& policies, std::size_t width) {
  std::vector<Row> rows;
  for (const Json& policy : policies) rows.push_back(policy_row(policy));
  return table(
      {heading("POLICY"), heading("STATE"), heading("APPLIES"),
       heading("FIRST MISMATCH"), heading("OUTCOME"), heading("CONTROLS")},
      rows, width);
}

// --- the decision ------------------------------------------------------------

std::string decision_text(const Json& decision) {
  if (flag(decision, "/emergencyAccess")) return words::emergency_access();
  const std::string verdict = text(decision, "/decision");
  const auto code = number(decision, "/errorCode");
  if (code != 0) return words::with_error_code(verdict, code);
  const std::string controls = joined(decision, "/requiredControls");
  return controls.empty() ? verdict : words::asks_for(verdict, controls);
}

std::string session_text(const Json& decision) {
  const Json& frequency = member(decision, "/sessionControls/signInFrequency");
  std::string all;
  if (frequency.is_string()) all = words::asked_every_time();
  if (frequency.is_object()) {
    all = words::remembered_for(number(frequency, "/value"),
                                text(frequency, "/type"));
  }
  const std::string browser =
      text(decision, "/sessionControls/persistentBrowser");
  if (browser.empty()) return all;
  if (!all.empty()) all += "; ";
  return all + words::persistent_browser(browser);
}

std::string decision_fields(const Json& decision) {
  return fields({{heading("Decision"), decision_text(decision)},
                 {heading("Session"), session_text(decision)}});
}

// --- the outcome -------------------------------------------------------------

std::string outcome_text(const Json& outcome) {
  const std::string asked_for = joined(outcome, "/askedFor");
  if (text(outcome, "/result") == "failure") {
    return words::would_be_refused(asked_for, number(outcome, "/errorCode"));
  }
  return words::would_be_let_in(asked_for);
}

std::string outcome_fields(const Json& outcome) {
  // That the code would be right was assumed.
  const bool assumed = text(outcome, "/reason") == "verified";
  return fields({{heading("Outcome"), outcome_text(outcome)},
                 {heading("Because of"), text(outcome, "/detail")},
                 {heading("Why"), assumed ? "" : text(outcome, "/explanation")},
                 {heading("What to do"), text(outcome, "/remedy")}});
}

// --- impact ------------------------------------------------------------------

constexpr const char* kKinds[] = {
    "/reportOnlyFailure", "/reportOnlyInterrupted", "/reportOnlySuccess",
    "/reportOnlyNotApplied"};

std::string count_text(const Json& sum) {
  const auto sign_ins = number(sum, "/signIns");
  if (sign_ins == 0) return "0";
  return words::of_people(sign_ins, number(sum, "/people"));
}

Row impact_row(const Json& policy) {
  Row row = {text(policy, "/displayName"),
             is_null(policy, "/state")
                 ? words::policy_gone()
                 : words::policy_state(text(policy, "/state"))};
  for (const char* kind : kKinds)
    row.push_back(count_text(member(policy, kind)));
  return row;
}

// Whom it would have refused is worth a look before it is enabled.
std::string examples_text(const Json& policy) {
  const std::string ids = joined(policy, "/reportOnlyFailure/examples");
  if (ids.empty()) return "";
  return printable(words::refused_examples(text(policy, "/displayName"), ids)) +
         '\n';
}

}  // namespace

std::string device_text(const Json& device) {
  if (!device.is_object()) return "";
  const std::string name = text(device, "/displayName");
  const std::string id = text(device, "/deviceId");
  std::string all = name.empty() ? id : name + " (" + id + ')';
  if (!is_null(device, "/isCompliant")) {
    all += ", " + (flag(device, "/isCompliant") ? words::compliant()
                                                : words::not_compliant());
  }
  const std::string trust = text(device, "/trustType");
  return trust.empty() ? all : all + ", " + trust;
}

std::string what_if_report(const Json& reply, std::size_t width) {
  const Json& policies = member(reply, "/policies");
  std::string out = facts_text(member(reply, "/facts")) + '\n';
  if (!policies.empty()) out += policies_table(policies, width) + '\n';
  return out + decision_fields(member(reply, "/decision")) +
         outcome_fields(member(reply, "/outcome"));
}

Json what_if_document(const Json& reply) {
  Json own = member(reply, "/decision");
  if (!own.is_object()) own = Json::object();
  own["outcome"] = member(reply, "/outcome");
  own["facts"] = member(reply, "/facts");
  Json document = Json::object();
  document["value"] = member(reply, "/policies");
  document["pamMfa"] = std::move(own);
  return document;
}

std::string impact_report(const Json& reply, std::size_t width) {
  const Json& policies = member(reply, "/policies");
  const std::string looked_at =
      words::looked_at(number(reply, "/signIns"), number(reply, "/people"));
  if (policies.empty())
    return looked_at + '\n' + words::no_report_only() + '\n';
  std::vector<Row> rows;
  std::string examples;
  for (const Json& policy : policies) {
    rows.push_back(impact_row(policy));
    examples += examples_text(policy);
  }
  std::string out =
      looked_at + "\n\n" +
      table({heading("POLICY"), heading("NOW"), heading("REFUSED"),
             heading("ASKED"), heading("LET IN"), heading("NOT CONCERNED")},
            rows, width);
  return examples.empty() ? out : out + '\n' + examples;
}

}  // namespace mfa::mfactl
