// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/decision_json.h"

#include <fmt/format.h>

#include <iterator>

#include "agent/model/graph_names.h"
#include "agent/policy/evaluate.h"
#include "mfactl/json.h"

namespace mfa::mfactl {
namespace {

std::string in_json(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string row_beginning(std::string_view display_name, PolicyState state) {
  return fmt::format(R"({{"displayName":{},"state":"{}","policyApplies":)",
                     in_json(display_name), graph_name(state));
}

void append_controls(Controls controls, std::string& out) {
  out += '[';
  controls.for_each([&](Control control) {
    if (out.back() != '[') out += ',';
    out += '"';
    out += graph_name(control);
    out += '"';
  });
  out += ']';
}

std::string frequency_json(const SignInFrequency& frequency) {
  if (frequency.every_time) return R"("everyTime")";
  return fmt::format(R"({{"value":{},"type":"{}"}})", frequency.value,
                     graph_name(frequency.unit));
}

void append_session(const SessionControls& session, std::string& out) {
  const auto& frequency = session.sign_in_frequency;
  const auto& browser = session.persistent_browser;
  fmt::format_to(
      std::back_inserter(out),
      R"({{"signInFrequency":{},"persistentBrowser":{}}})",
      frequency ? frequency_json(*frequency) : "null",
      browser ? fmt::format(R"("{}")", graph_name(*browser)) : "null");
}

void append_finding(const PolicyFinding& finding, std::string& out) {
  out += finding.applies() ? "true" : "false";
  out += R"(,"analysisReasons":")";
  out += graph_name(finding.reason);
  out += R"(","outcome":")";
  out += graph_name(finding.outcome);
  out += R"(","result":")";
  out += graph_name(finding.result);
  out += R"("})";
}

}  // namespace

DecisionJson::DecisionJson(const Policies& policies) {
  for (const Policy& policy : policies.list) {
    row_beginnings_.push_back(row_beginning(policy.display_name, policy.state));
  }
  if (policies.security_defaults) {
    row_beginnings_.push_back(
        row_beginning(kSecurityDefaultsName, PolicyState::enabled));
  }
}

void DecisionJson::append(std::string_view id, const Decision& decision,
                          std::string& out) const {
  fmt::format_to(std::back_inserter(out),
                 R"({{"id":{},"decision":"{}","errorCode":{},)", id,
                 graph_name(decision.verdict), decision.error_code);
  out += R"("requiredControls":)";
  append_controls(decision.required_controls, out);
  out += R"(,"sessionControls":)";
  append_session(decision.session_controls, out);
  out += R"(,"policies":[)";
  for (std::size_t i = 0; i < decision.policies.size(); ++i) {
    if (i > 0) out += ',';
    out += row_beginnings_.at(i);
    append_finding(decision.policies[i], out);
  }
  out += "]}";
}

void append_refusal(std::string_view id, std::string_view why,
                    std::string& out) {
  fmt::format_to(std::back_inserter(out), R"({{"id":{},"error":{}}})", id,
                 in_json(why));
}

}  // namespace mfa::mfactl
