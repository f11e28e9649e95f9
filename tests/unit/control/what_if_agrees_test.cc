// SPDX-License-Identifier: BSD-3-Clause
//
// That what-if says what a real sign-in would come to: hundreds of sign-ins
// are made through both phases, asked about on the control socket, and
// compared.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string.h>

#include <algorithm>
#include <map>
#include <random>

#include "agent/model/graph_names.h"
#include "tests/check.h"
#include "tests/unit/control/what_if_world.h"

namespace mfa::control {
namespace {

// --- a sign-in, as a module tells of it and as it is asked about -------------

struct Way {
  std::string user;
  std::string service;
  std::string rhost;   // "": none
  std::string tty;     // likewise
  std::string device;  // likewise
  bool password = true;
  bool token = false;          // with a key on a FIDO token
  bool account_alone = false;  // the auth phase is not run
};

std::string key_line(const char* key) {
  return fmt::format("publickey {}\n", key);
}

wire::Begin begin_of(const Way& way) {
  wire::Begin begin;
  begin.user = way.user;
  begin.service = way.service;
  begin.time_left_ms = 50000;
  if (!way.rhost.empty()) begin.rhost = way.rhost;
  if (!way.tty.empty()) begin.tty = way.tty;
  if (way.password) begin.flags = wire::kFlagPasswordGiven;
  if (way.account_alone) begin.phase = wire::Phase::account;
  begin.ssh_auth_info = "";
  if (way.token) *begin.ssh_auth_info += key_line(kTokenKey);
  if (!way.device.empty()) {
    *begin.ssh_auth_info +=
        key_line(way.device == "laptop" ? kLaptopKey : kDesktopKey);
  }
  return begin;
}

Json question_of(const Way& way) {
  Json question = {{"user", way.user}, {"service", way.service}};
  if (!way.rhost.empty()) question["rhost"] = way.rhost;
  if (!way.tty.empty()) question["tty"] = way.tty;
  if (!way.device.empty()) question["device"] = way.device;
  if (!way.device.empty()) question["firstFactor"] = "public_key";
  if (way.password) question["firstFactor"] = "password";
  if (way.token) question["firstFactor"] = "security_key";
  if (way.account_alone) question["accountOnly"] = true;
  return question;
}

// The same, with all that the record of the sign-in knows.
Json question_of(const Way& way, const SignInRecord& record) {
  Json question = question_of(way);
  if (!record.country.empty()) question["country"] = record.country;
  if (!record.sign_in_risk.empty()) {
    question["signInRiskLevel"] = record.sign_in_risk;
  }
  if (!record.user_risk.empty()) question["userRiskLevel"] = record.user_risk;
  return question;
}

// Answers nothing, so the record is that of the first decision.
SignInRecord sign_in(ControlStage& stage, const Way& way) {
  stage::Script script;
  stage.agent.authenticate(begin_of(way), script);
  return stage.agent.last_record();
}

bool is_one_of(Reason reason, std::initializer_list<Reason> all) {
  return std::find(all.begin(), all.end(), reason) != all.end();
}

const char* decision_of(const SignInRecord& record) {
  using enum Reason;
  if (is_one_of(record.reason,
                {nothing_required, controls_held, emergency_access})) {
    return "grant";
  }
  if (is_one_of(record.reason, {canceled, not_registered, registration_grace,
                                strength_not_met})) {
    return "challenge";
  }
  // It is at their turn only that terms are found to be undefined.
  if (record.reason == control_impossible) return "challenge";
  return record.reason == policy_denied ? "block" : "deny";
}

std::string rows_of(const SignInRecord& record) {
  std::string rows;
  for (const PolicyRow& row : record.policies) {
    rows +=
        row.display_name + ": " + std::string(graph_name(row.result)) + '\n';
  }
  return rows;
}

std::string rows_of(const Json& answer) {
  std::string rows;
  for (const Json& row : answer["policies"]) {
    rows += row["displayName"].get<std::string>() + ": " +
            row["result"].get<std::string>() + '\n';
  }
  return rows;
}

bool asks_for_second_factor(const Json& decision) {
  for (const Json& control : decision["requiredControls"]) {
    if (control == "mfa" || control == "authenticationStrength") return true;
  }
  return false;
}

std::string summary(const SignInRecord& record) {
  const bool refused = !strcmp(decision_of(record), "block") ||
                       !strcmp(decision_of(record), "deny");
  const ReasonText& reason = describe(record.reason);
  return fmt::format(
      "{} {} {} {}\ndetail {}\ncountry {} risk {} {} device {} {}\n{}",
      decision_of(record), refused ? reason.error_code : 0,
      refused ? reason.name : "", record.requirement.starts_with("multi"),
      refused ? record.detail : "", record.country, record.sign_in_risk,
      record.user_risk, record.device_id, record.client_is_modern,
      rows_of(record));
}

std::string summary(const Json& answer) {
  const Json& decision = answer["decision"];
  const bool refused = decision["errorCode"] != 0;
  const Json& facts = answer["facts"];
  return fmt::format(
      "{} {} {} {}\ndetail {}\ncountry {} risk {} {} device {} {}\n{}",
      text_at(decision, "/decision"), decision["errorCode"].get<int>(),
      refused ? text_at(answer, "/outcome/reason") : "",
      asks_for_second_factor(decision),
      refused ? text_at(answer, "/outcome/detail") : "",
      text_at(facts, "/country"), text_at(facts, "/signInRiskLevel"),
      text_at(facts, "/userRiskLevel"),
      facts["device"].is_null() ? "" : text_at(facts, "/device/deviceId"),
      text_at(facts, "/clientAppType") != "other", rows_of(answer));
}

void assert_same(const std::string& real, const std::string& imagined,
                 const Json& question) {
  if (real == imagined) return;
  fail_msg("%s\nreal sign-in:\n%swhat-if:\n%s", question.dump().c_str(),
           real.c_str(), imagined.c_str());
}

// --- to the end --------------------------------------------------------------

// What became of a sign-in whose every answer was right.
struct End {
  SignInRecord record;
  std::vector<std::string> asked_for;  // as what-if names it, in its order
};

// PAM's phases in their order, with the change of a password where it is due.
End to_the_end(ControlStage& stage, const Way& way, const std::string& code) {
  End end;
  bool code_asked = false, terms_asked = false, password_changed = false;
  wire::Begin begin = begin_of(way);
  if (!way.account_alone) {
    stage::Script script;
    script.before_answer = [&] {
      const bool terms =
          script.prompts.back().find("Behave.") != std::string::npos;
      (terms ? terms_asked : code_asked) = true;
      script.answer(terms ? "yes" : code);
    };
    begin.commit_token = stage.agent.authenticate(begin, script).commit_token;
    begin.phase = wire::Phase::account;
  }
  if (way.account_alone || begin.commit_token) {
    password_changed =
        stage.agent.account(begin).outcome == wire::Outcome::password_expired;
  }
  if (password_changed) {
    begin.phase = wire::Phase::password;
    stage.agent.account(begin);
  }
  if (code_asked) end.asked_for.push_back("mfa");
  if (password_changed) end.asked_for.push_back("passwordChange");
  if (terms_asked) end.asked_for.push_back("termsOfUse");
  end.record = stage.agent.last_record();
  return end;
}

const char* result_of(const End& end) {
  if (end.record.status == SignInStatus::unconfirmed) return "unconfirmed";
  if (end.record.status == SignInStatus::failure) return "failure";
  return end.asked_for.empty() ? "success" : "interrupted";
}

std::string summary(const End& end) {
  const ReasonText& reason = describe(end.record.reason);
  return fmt::format("{} {} {} after [{}]\n{}\n", result_of(end), reason.name,
                     reason.error_code, fmt::join(end.asked_for, ","),
                     end.record.detail);
}

std::string outcome_of(const Json& answer) {
  const Json& outcome = answer["outcome"];
  const auto asked_for = outcome["askedFor"].get<std::vector<std::string>>();
  return fmt::format("{} {} {} after [{}]\n{}\n", text_at(outcome, "/result"),
                     text_at(outcome, "/reason"),
                     outcome["errorCode"].get<int>(), fmt::join(asked_for, ","),
                     text_at(outcome, "/detail"));
}

// --- chance ------------------------------------------------------------------

class Chance {
 public:
  template <class T, std::size_t N>
  const T& one_of(const T (&all)[N]) {
    return all[engine_() % N];
  }
  bool once_in(unsigned n) { return engine_() % n == 0; }

 private:
  std::mt19937 engine_{20261121};
};

constexpr const char* kUserNames[] = {"alice", "bob",  "carol",
                                      "dave",  "erin", "frank"};
constexpr const char* kServices[] = {"sshd",  "sshd", "sshd",
                                     "login", "sudo", "vsftpd"};
constexpr const char* kAddresses[] = {"192.0.2.7",     "198.51.100.9",
                                      "203.0.113.200", "2001:db8::7",
                                      "100.64.0.1",    ""};

bool may_use(const std::string& user, const std::string& device) {
  const std::string laptop = "alice bob erin";
  const std::string desktop = "alice bob carol dave";
  return (device == "laptop" ? laptop : desktop).find(user) !=
         std::string::npos;
}

Way any_way(Chance& chance) {
  Way way;
  way.user = chance.one_of(kUserNames);
  way.service = chance.one_of(kServices);
  way.rhost = chance.one_of(kAddresses);
  way.password = !chance.once_in(3);
  if (way.service == "login" || way.service == "sudo") way.rhost.clear();
  if (way.service == "login") way.tty = "tty1";
  const std::string device = chance.once_in(2) ? "laptop" : "desktop";
  if (way.service == "sshd" && chance.once_in(2) && may_use(way.user, device)) {
    way.device = device;
  }
  return way;
}

std::vector<std::string> any_policies(Chance& chance, bool security_defaults) {
  constexpr const char* kStates[] = {"enabled", "enabled", "enabled",
                                     "enabledForReportingButNotEnforced",
                                     "disabled"};
  std::vector<std::string> chosen;
  for (const char* policy : policy_texts()) {
    if (!chance.once_in(3)) continue;
    const char* state = chance.one_of(kStates);
    if (security_defaults && !strcmp(state, "enabled")) {
      state = "enabledForReportingButNotEnforced";
    }
    chosen.push_back(fmt::format(fmt::runtime(policy), state));
  }
  return chosen;
}

}  // namespace

TEST("what-if says of hundreds of sign-ins what became of them") {
  constexpr int kSets = 60;
  constexpr int kWaysPerSet = 8;
  ControlStage stage;
  add_people(stage);
  Chance chance;
  std::map<std::string, int> decisions;
  for (int set = 0; set < kSets; ++set) {
    const bool defaults = chance.once_in(6);
    const auto policies = any_policies(chance, defaults);
    std::vector<std::pair<Way, SignInRecord>> made;
    stage.agent.reload(rules_with(policies, defaults, Knowledge::all));
    for (int i = 0; i < kWaysPerSet; ++i) {
      const Way way = any_way(chance);
      const SignInRecord record = sign_in(stage, way);
      const Json question = question_of(way);
      const Json answer = answer_of(stage, question);
      assert_same(summary(record), summary(answer), question);
      assert_int_equal(answer["decision"]["emergencyAccess"].get<bool>(),
                       record.reason == Reason::emergency_access);
      ++decisions[decision_of(record)];
      made.emplace_back(way, record);
    }
    // The same facts, now given instead of known.
    stage.agent.reload(rules_with(policies, defaults, Knowledge::none));
    for (const auto& [way, record] : made) {
      const Json question = question_of(way, record);
      assert_same(summary(record), summary(answer_of(stage, question)),
                  question);
    }
  }
  // A comparison of nothing but refusals would prove little.
  for (const char* decision : {"grant", "challenge", "deny", "block"}) {
    if (decisions[decision] < 20) fail_msg("few: %s", decision);
  }
}

TEST("what-if says of hundreds of sign-ins to what end they came") {
  constexpr int kSets = 160;
  constexpr int kWaysPerSet = 8;
  ControlStage stage;
  const auto seeds = add_people(stage);
  Chance chance;
  std::map<std::string, int> ends;
  for (int set = 0; set < kSets; ++set) {
    const bool defaults = chance.once_in(6);
    stage.agent.reload(
        rules_with(any_policies(chance, defaults), defaults, Knowledge::all));
    stage.agent.clock.pass(std::chrono::hours(2));  // days to register go by
    Way way;
    for (int i = 0; i < kWaysPerSet; ++i) {
      // Twice the same way: what the first time left behind counts.
      if (i % 2 == 0) way = any_way(chance);
      way.token = way.service == "sshd" && chance.once_in(4);
      way.account_alone = chance.once_in(4);
      if (way.account_alone) {  // sshd tells PAM of no key then
        way.token = false;
        way.device.clear();
      }
      stage.agent.clock.pass(std::chrono::seconds(61));  // for a new code
      const auto seed = seeds.find(way.user);
      const std::string code =
          seed == seeds.end() ? "123456" : stage.agent.code_now(seed->second);
      const Json question = question_of(way);
      const std::string imagined = outcome_of(answer_of(stage, question));
      const End end = to_the_end(stage, way, code);
      assert_same(summary(end), imagined, question);
      ++ends[result_of(end)];
      ++ends[std::string(describe(end.record.reason).name)];
      for (const std::string& control : end.asked_for) ++ends[control];
      // Who has no method gives wrong codes; no pause is to come of them.
      stage.call(root(), "UnlockUser", {{"user", way.user}});
    }
  }
  // A comparison of one end only would prove little.
  for (const char* end :
       {"success", "interrupted", "failure", "passwordChange", "termsOfUse",
        "remembered", "controls_held", "registration_grace", "strength_not_met",
        "not_registered", "control_impossible", "second_factor_missing",
        "device_not_compliant", "application_not_approved",
        "application_not_protected"}) {
    if (ends[end] < 2) fail_msg("few: %s", end);
  }
}

}  // namespace mfa::control
