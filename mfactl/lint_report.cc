// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/lint_report.h"

#include <algorithm>

#include "mfactl/layout.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

std::string line_of(const Finding& finding) {
  std::string line;
  if (!finding.place.empty()) line = finding.place + ": ";
  line += words::severity(finding.severity) + ": ";
  if (!finding.policy.empty()) line += '"' + finding.policy + "\": ";
  line += finding.what + "; " + finding.advice;
  return printable(line) + '\n';
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json object_of(const Finding& finding) {
  return {{"severity", to_string(finding.severity)},
          {"rule", finding.rule},
          {"policy", text_or_null(finding.policy)},
          {"place", text_or_null(finding.place)},
          {"what", finding.what},
          {"advice", finding.advice}};
}

}  // namespace

std::int64_t count_of(const std::vector<Finding>& findings, Severity severity) {
  return std::count_if(
      findings.begin(), findings.end(),
      [&](const Finding& finding) { return finding.severity == severity; });
}

std::string lint_text(const std::vector<Finding>& findings,
                      std::size_t policies) {
  std::string text;
  for (const Finding& finding : findings) text += line_of(finding);
  return text +
         words::lint_counts(static_cast<std::int64_t>(policies),
                            count_of(findings, Severity::error),
                            count_of(findings, Severity::warning),
                            count_of(findings, Severity::note)) +
         '\n';
}

Json lint_json(const std::vector<Finding>& findings, std::size_t policies) {
  Json all = Json::array();
  for (const Finding& finding : findings) all.push_back(object_of(finding));
  return {{"policies", policies},
          {"errors", count_of(findings, Severity::error)},
          {"warnings", count_of(findings, Severity::warning)},
          {"notes", count_of(findings, Severity::note)},
          {"findings", all}};
}

}  // namespace mfa::mfactl
