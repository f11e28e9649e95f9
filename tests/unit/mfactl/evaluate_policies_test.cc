// SPDX-License-Identifier: BSD-3-Clause
#include <sstream>

#include "mfactl/json.h"
#include "tests/unit/mfactl/offline.h"

namespace mfa::mfactl {
namespace {

constexpr char kMfaForAll[] =
    "displayName: MFA \"for\" all\n"
    "state: enabled\n"
    "conditions:\n"
    "  users: {includeUsers: [All]}\n"
    "  applications: {includeApplications: [All]}\n"
    "  locations: {includeLocations: [All], excludeLocations: [AllTrusted]}\n"
    "grantControls: {operator: OR, builtInControls: [mfa]}\n"
    "sessionControls:\n"
    "  signInFrequency: {isEnabled: true, value: 4, type: hours}\n"
    "  persistentBrowser: {isEnabled: true, mode: never}\n";

constexpr char kReportOnly[] =
    "displayName: Later\n"
    "state: enabledForReportingButNotEnforced\n"
    "conditions:\n"
    "  users: {includeUsers: [All]}\n"
    "  applications: {includeApplications: [sshd]}\n"
    "grantControls: {operator: OR, builtInControls: [block]}\n";

constexpr char kOffice[] =
    "displayName: Office\nisTrusted: true\nipRanges: [192.0.2.0/24]\n";

Arguments evaluate_with(const std::string& policies) {
  Arguments arguments;
  arguments.verb = Verb::policy_evaluate;
  arguments.policies = policies;
  return arguments;
}

}  // namespace

TEST("evaluate: a result has exactly the members of the contract, in order") {
  const Folder folder;
  const Outcome done =
      outcome_of(evaluate_with(folder.write("p.yaml", kMfaForAll)),
                 "{\"id\":[1,{\"a\":null}],\"application\":\"sshd\"}\n");
  assert_int_equal(done.status, kDone);
  assert_string_equal(
      done.output.c_str(),
      R"({"id":[1,{"a":null}],"decision":"challenge","errorCode":0,)"
      R"("requiredControls":["mfa"],"sessionControls":{"signInFrequency":)"
      R"({"value":4,"type":"hours"},"persistentBrowser":"never"},)"
      R"("policies":[{"displayName":"MFA \"for\" all","state":"enabled",)"
      R"("policyApplies":true,"analysisReasons":"notSet",)"
      R"("outcome":"interactionRequired","result":"failure"}]})"
      "\n");
}

TEST("evaluate: a malformed line is answered in its place, and told at last") {
  const Folder folder;
  const Outcome done =
      outcome_of(evaluate_with(folder.write("p.yaml", kMfaForAll)),
                 "{\"id\":1}\n{\"id\":\"two\",\"usr\":1}\nnonsense\n" +
                     std::string((1 << 20) + 1, ' ') + "\n{\"id\":5}");
  assert_int_equal(done.status, kFailed);
  std::istringstream lines(done.output);
  std::string line;
  const char* const kBegins[] = {
      "{\"id\":1,\"decision\":", "{\"id\":\"two\",\"error\":",
      "{\"id\":null,\"error\":", "{\"id\":null,\"error\":\"the line is longer",
      "{\"id\":5,\"decision\":"};
  for (const char* begin : kBegins) {
    std::getline(lines, line);
    if (!line.starts_with(begin)) fail_msg("%s", line.c_str());
    assert_true(Json::accept(line));
  }
  assert_true(std::getline(lines, line).eof());
}

TEST("evaluate: a folder is read in byte order, without what is no policy") {
  const Folder folder;
  const std::string named = kReportOnly;
  const auto called = [&](const std::string& name) {
    return "displayName: " + name + named.substr(named.find('\n'));
  };
  folder.write("b.yml", called("fourth"));
  folder.write("a.yaml", called("third"));
  folder.write("B.json", called("second"));
  folder.write("10.yaml", called("first"));
  folder.write(".hidden.yaml", "no policy");
  folder.write("notes.txt", "no policy");
  folder.write("below.yaml/x.yaml", "no policy");
  const Outcome done = outcome_of(evaluate_with(folder.path()), "{}");
  assert_int_equal(done.status, kDone);
  const Json result = Json::parse(done.output);
  std::string names;
  for (const Json& row : member(result, "/policies")) {
    names += text(row, "/displayName") + ' ';
  }
  assert_string_equal(names.c_str(), "first second third fourth ");
}

TEST("evaluate: an empty folder means no policies, and everybody gets in") {
  const Folder folder;
  const Outcome done = outcome_of(evaluate_with(folder.path()), "{\"id\":1}");
  assert_int_equal(done.status, kDone);
  assert_has(done.output, "\"decision\":\"grant\"");
  assert_has(done.output, "\"policies\":[]");
}

TEST("evaluate: named locations are those of the file") {
  const Folder folder;
  Arguments arguments = evaluate_with(folder.write("p.yaml", kMfaForAll));
  arguments.named_locations = folder.write("l.yaml", kOffice);
  const std::string sign_in = "{\"ipAddress\":\"192.0.2.9\"}";
  assert_has(outcome_of(arguments, sign_in).output,
             "\"analysisReasons\":\"location\"");
  arguments.named_locations.reset();
  assert_has(outcome_of(arguments, sign_in).output, "\"challenge\"");
}

TEST(
    "evaluate: security defaults are one more row, and no enabled policy's "
    "neighbour") {
  const Folder folder;
  Arguments arguments = evaluate_with(folder.write("p.yaml", kReportOnly));
  arguments.security_defaults = true;
  const Outcome beside = outcome_of(arguments, "{}");
  assert_int_equal(beside.status, kDone);
  assert_has(beside.output,
             R"({"displayName":"Security defaults","state":"enabled",)");
  assert_has(beside.output, "\"decision\":\"challenge\"");
  arguments.policies = folder.write("q.yaml", kMfaForAll);
  const Outcome refused = outcome_of(arguments, "{}");
  assert_int_equal(refused.status, kUnusable);
  assert_string_equal(refused.output.c_str(), "");
  assert_has(refused.error, "exclude each other");
}

TEST(
    "evaluate: what does not load is told with its place, and prints nothing") {
  const Folder folder;
  const Outcome missing = outcome_of(evaluate_with("/no/such"), "{}\n");
  assert_int_equal(missing.status, kUnusable);
  assert_has(missing.error, "/no/such: there is no such file");
  const std::string file = folder.write("p.yaml", "displayNam: x\n");
  const Outcome wrong = outcome_of(evaluate_with(file), "{}\n");
  assert_int_equal(wrong.status, kUnusable);
  assert_string_equal(wrong.output.c_str(), "");
  assert_has(wrong.error, file + ":1:1: ");
  folder.write("good.yaml", kMfaForAll);
  assert_int_equal(outcome_of(evaluate_with(folder.path())).status, kUnusable);
  folder.write("p.yaml", std::string(5 << 20, '#'));
  assert_has(outcome_of(evaluate_with(file)).error, "longer than");
}

}  // namespace mfa::mfactl
