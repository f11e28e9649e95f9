// SPDX-License-Identifier: BSD-3-Clause
//
// `policy test`: runs golden cases and prints TAP, a line for each.
#include <string>
#include <utility>
#include <vector>

#include "agent/policy/evaluate.h"
#include "mfactl/commands.h"
#include "mfactl/decision_json.h"
#include "mfactl/expectations.h"
#include "mfactl/golden_file.h"
#include "mfactl/layout.h"
#include "mfactl/terminal.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

struct CaseOutcome {
  const GoldenFile* file = nullptr;
  const GoldenCase* golden = nullptr;
  Json result;
  std::vector<Difference> differences;
};

std::vector<CaseOutcome> run_cases(const GoldenFile& file) {
  const DecisionJson in_json(file.policies);
  std::vector<CaseOutcome> outcomes;
  for (const GoldenCase& golden : file.cases) {
    std::string text;
    const std::string id = member(golden.sign_in, "/id").dump();
    in_json.append(id, evaluate(file.policies, golden.facts), text);
    Json result = Json::parse(text);
    auto found = differences(golden, result);
    outcomes.push_back({&file, &golden, std::move(result), std::move(found)});
  }
  return outcomes;
}

// --- TAP ---------------------------------------------------------------------

// As the text, without JSON's quotes.
std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// What stands behind a # would be an instruction to whoever reads TAP.
std::string tap_name(const std::string& name) {
  std::string safe;
  for (const char c : name) {
    if (c == '#') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string tap_of(const CaseOutcome& outcome, std::size_t number) {
  const bool good = outcome.differences.empty();
  std::string text =
      printable((good ? "ok " : "not ok ") + std::to_string(number) + " - " +
                tap_name(outcome.golden->name)) +
      '\n';
  if (good) return text;
  for (const Difference& difference : outcome.differences) {
    const Expectation& expected = *difference.expected;
    text +=
        printable("# " + outcome.file->path + ':' +
                  std::to_string(expected.line) + ": " + expected.name + ": " +
                  words::expected_but_got(plain(expected.value),
                                          plain(difference.got))) +
        '\n';
  }
  return text + "# sign-in: " + line(outcome.golden->sign_in) +
         "# result: " + line(outcome.result);
}

void print_tap(const std::vector<CaseOutcome>& outcomes) {
  print("1.." + std::to_string(outcomes.size()) + '\n');
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    print(tap_of(outcomes[i], i + 1));
  }
}

// --- JSON --------------------------------------------------------------------

Json json_of(const CaseOutcome& outcome) {
  Json differences = Json::array();
  for (const Difference& difference : outcome.differences) {
    const Expectation& expected = *difference.expected;
    differences.push_back({{"line", expected.line},
                           {"member", expected.name},
                           {"expected", expected.value},
                           {"got", difference.got}});
  }
  return {
      {"file", outcome.file->path},   {"line", outcome.golden->line},
      {"name", outcome.golden->name}, {"passed", outcome.differences.empty()},
      {"differences", differences},   {"result", outcome.result}};
}

void print_json(const std::vector<CaseOutcome>& outcomes, std::size_t failed) {
  Json cases = Json::array();
  for (const CaseOutcome& outcome : outcomes) cases.push_back(json_of(outcome));
  print(document({{"passed", outcomes.size() - failed},
                  {"failed", failed},
                  {"cases", cases}}));
}

Result<std::vector<GoldenFile>> load(const std::vector<std::string>& paths) {
  std::vector<GoldenFile> files;
  for (const std::string& path : paths) {
    auto file = load_golden_file(path);
    if (!file) return tl::unexpected(std::move(file.error()));
    files.push_back(std::move(*file));
  }
  return files;
}

}  // namespace

int test_policies(const Arguments& arguments) {
  const auto files = load(arguments.files);
  if (!files) return cannot_use(files.error());
  std::vector<CaseOutcome> outcomes;
  std::size_t failed = 0;
  for (const GoldenFile& file : *files) {
    for (CaseOutcome& outcome : run_cases(file)) {
      if (!outcome.differences.empty()) ++failed;
      outcomes.push_back(std::move(outcome));
    }
  }
  if (arguments.json) {
    print_json(outcomes, failed);
  } else {
    print_tap(outcomes);
  }
  return failed == 0 ? kDone : kFailed;
}

}  // namespace mfa::mfactl
