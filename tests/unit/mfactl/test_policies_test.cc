// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/json.h"
#include "tests/unit/mfactl/offline.h"

namespace mfa::mfactl {
namespace {

constexpr char kPolicies[] =
    "policies:\n"
    "  - displayName: MFA\n"
    "    state: enabled\n"
    "    conditions: {users: {includeUsers: [All]}, "
    "applications: {includeApplications: [sshd]}}\n"
    "    grantControls: {operator: OR, builtInControls: [mfa]}\n";

constexpr char kCase[] =
    "cases:\n"
    "  - name: sshd asks\n"
    "    signIn: {application: sshd}\n"
    "    expect:\n"
    "      decision: challenge\n"
    "      errorCode: 0\n"
    "      requiredControls: [mfa]\n"
    "      sessionControls: {signInFrequency: null, persistentBrowser: null}\n"
    "      policies:\n"
    "        MFA: {state: enabled, policyApplies: true, "
    "analysisReasons: notSet, outcome: interactionRequired, "
    "result: failure}\n";

Outcome test(const std::string& file, bool json = false) {
  Arguments arguments;
  arguments.verb = Verb::policy_test;
  arguments.files = {file};
  arguments.json = json;
  return outcome_of(arguments);
}

Outcome test_text(const std::string& text, bool json = false) {
  const Folder folder;
  return test(folder.write("g.yaml", text), json);
}

// That the file cannot be used, and why.
void assert_unusable(const std::string& text, std::string_view words) {
  const Outcome done = test_text(text);
  assert_int_equal(done.status, kUnusable);
  assert_string_equal(done.output.c_str(), "");
  assert_has(done.error, words);
}

std::string expecting(const std::string& expect) {
  return std::string(kPolicies) +
         "cases:\n  - {name: a, signIn: {application: sshd}, expect: " +
         expect + "}\n";
}

}  // namespace

TEST("policy test: what is as expected is ok") {
  const Outcome done = test_text(std::string(kPolicies) + kCase);
  assert_string_equal(done.output.c_str(), "1..1\nok 1 - sshd asks\n");
  assert_int_equal(done.status, kDone);
}

TEST("policy test: each difference has a line with its place") {
  const Folder folder;
  const std::string file = folder.write(
      "g.yaml", std::string(kPolicies) +
                    "cases:\n"
                    "  - name: 'nobody asks #1'\n"
                    "    signIn: {application: sshd}\n"
                    "    expect:\n"
                    "      decision: grant\n"
                    "      requiredControls: []\n"
                    "      policies: {MFA: {outcome: satisfied}}\n");
  const Outcome done = test(file);
  assert_int_equal(done.status, kFailed);
  assert_has(done.output, "1..1\nnot ok 1 - nobody asks \\#1\n# " + file +
                              ":10: decision: expected grant, got challenge\n");
  assert_has(done.output,
             ":11: requiredControls: expected [], got [\"mfa\"]\n");
  assert_has(done.output,
             ":12: policies: \"MFA\": outcome: expected satisfied, "
             "got interactionRequired\n");
  assert_has(done.output, "# sign-in: {\"application\":\"sshd\"}\n");
  assert_has(done.output, "# result: {\"id\":null,\"decision\":\"challenge\"");
}

TEST("policy test: only members that are named are compared") {
  for (const char* expect :
       {"{decision: challenge}", "{sessionControls: {persistentBrowser: null}}",
        "{policies: {MFA: {policyApplies: true}}}"}) {
    assert_int_equal(test_text(expecting(expect)).status, kDone);
  }
  for (const char* expect :
       {"{errorCode: 53003}", "{policies: {MFA: {policyApplies: false}}}",
        "{sessionControls: {signInFrequency: everyTime}}",
        "{sessionControls: {signInFrequency: {value: 4, type: hours}}}",
        "{requiredControls: [mfa, compliantDevice]}"}) {
    assert_int_equal(test_text(expecting(expect)).status, kFailed);
  }
}

TEST("policy test: files that it names are looked for beside it") {
  const Folder folder;
  folder.write("shared/p/one.yaml",
               "displayName: Office is free\nstate: enabled\nconditions:\n"
               "  users: {includeUsers: [All]}\n"
               "  applications: {includeApplications: [All]}\n"
               "  locations: {includeLocations: [All], "
               "excludeLocations: [AllTrusted]}\n"
               "grantControls: {operator: OR, builtInControls: [block]}\n");
  folder.write("shared/l.yaml",
               "displayName: Office\nisTrusted: true\n"
               "ipRanges: [192.0.2.0/24]\n");
  const std::string file = folder.write(
      "cases/g.yaml",
      "policies: ../shared/p\nnamedLocations: ../shared/l.yaml\ncases:\n"
      "  - {name: in, signIn: {ipAddress: 192.0.2.1}, expect: "
      "{decision: grant}}\n"
      "  - {name: out, signIn: {ipAddress: 192.0.3.1, country: NO}, expect: "
      "{decision: block}}\n");
  const Outcome done = test(file);
  assert_string_equal(done.output.c_str(), "1..2\nok 1 - in\nok 2 - out\n");
  folder.write("shared/p/one.yaml", "displayNam: x\n");
  assert_has(test(file).error, "one.yaml:1:1: ");
}

TEST("policy test: security defaults need no policies and are a row") {
  const Outcome done = test_text(
      "securityDefaults: true\ncases:\n"
      "  - name: a\n    signIn: {satisfiedControls: [mfa]}\n"
      "    expect: {decision: grant, policies: "
      "{Security defaults: {outcome: satisfied}}}\n");
  assert_int_equal(done.status, kDone);
  assert_unusable("securityDefaults: true\n" + std::string(kPolicies) + kCase,
                  "exclude each other");
}

TEST("policy test: a file that cannot be used runs nothing") {
  const std::string policies = kPolicies;
  assert_unusable(policies, "\"cases\" is missing");
  assert_unusable(policies + "cases: []\n", "write at least one");
  assert_unusable(kCase, "\"policies\" is missing");
  assert_unusable(policies + kCase + "case: 1\n", "\"cases\"?");
  assert_unusable(policies + kCase + std::string(kCase).substr(7),
                  "another case");
  assert_unusable(expecting("{}"), "cannot fail");
  assert_unusable(expecting("{sessionControls: {}}"), "cannot fail");
  assert_unusable(expecting("{decision: allow}"), "7:63: decision: \"allow\"");
  assert_unusable(expecting("{decison: grant}"), "did you mean");
  assert_unusable(expecting("{errorCode: no}"), "errorCode");
  assert_unusable(expecting("{policies: {Mfa: {outcome: failed}}}"),
                  "there is no policy \"Mfa\"");
  assert_unusable(expecting("{sessionControls: {signInFrequency: {value: 4}}}"),
                  "write { value: 4, type: hours }");
  assert_unusable(policies +
                      "cases:\n  - {name: a, signIn: {ipAddress: here}, "
                      "expect: {decision: grant}}\n",
                  "7:23: ipAddress: \"here\" is no IP address");
  assert_unusable(policies + "cases: [{signIn: {}, expect: {errorCode: 0}}]\n",
                  "\"name\" is missing");
  assert_int_equal(test("/no/such/file").status, kUnusable);
}

TEST("policy test: --json tells the same") {
  const Outcome done = test_text(expecting("{decision: block}"), true);
  assert_int_equal(done.status, kFailed);
  const Json report = Json::parse(done.output);
  assert_int_equal(number(report, "/failed"), 1);
  assert_string_equal(text(report, "/cases/0/differences/0/expected").c_str(),
                      "block");
  assert_string_equal(text(report, "/cases/0/differences/0/got").c_str(),
                      "challenge");
}

}  // namespace mfa::mfactl
