// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/json.h"
#include "tests/unit/mfactl/offline.h"

namespace mfa::mfactl {
namespace {

std::string policy(const std::string& users) {
  return "displayName: P\nstate: enabled\nconditions:\n  users: {" + users +
         "}\n  applications: {includeApplications: [All]}\n"
         "grantControls: {operator: OR, builtInControls: [mfa]}\n";
}

Outcome lint(const std::string& policies, const std::string& config = "",
             bool json = false) {
  Arguments arguments;
  arguments.verb = Verb::policy_lint;
  arguments.policies = policies;
  arguments.json = json;
  arguments.config_given = !config.empty();
  arguments.config_file = config;
  return outcome_of(arguments);
}

}  // namespace

TEST("policy lint: what is good is counted and nothing else") {
  const Folder folder;
  const Outcome done =
      lint(folder.write("p.yaml", policy("includeUsers: [root]")));
  assert_int_equal(done.status, kDone);
  assert_string_equal(done.output.c_str(),
                      "1 policy: 0 errors, 0 warnings, 0 notes.\n");
}

TEST("policy lint: hostile input 66: users and groups are looked up (R-03)") {
  const Folder folder;
  const std::string file =
      folder.write("p.yaml", policy("includeUsers: [root, no-such-user], "
                                    "excludeGroups: [root, no-such-group, "
                                    "11111111-2222-3333-4444-555555555555]"));
  const Outcome done = lint(file);
  assert_int_equal(done.status, kFailed);
  assert_has(done.output, file +
                              ":1:1: error: \"P\": there is no account "
                              "\"no-such-user\"; ");
  assert_has(done.output, "there is no group \"no-such-group\"");
  assert_has(done.output, "object id of Entra");
  assert_has(done.output, "1 policy: 3 errors, 0 warnings, 0 notes.");
}

TEST("policy lint: what directory_file maps is known") {
  const Folder folder;
  const std::string records = folder.write(
      "d.yaml",
      "users: [{account: root, id: 11111111-2222-3333-4444-555555555555}]\n"
      "groups: [{id: 21111111-2222-3333-4444-555555555555, group: root}]\n");
  const std::string config =
      folder.write("c.yaml", "directory_file: " + records +
                                 "\nsecurity_defaults: {enabled: false}\n");
  const Outcome done =
      lint(folder.write(
               "p.yaml",
               policy("includeUsers: [11111111-2222-3333-4444-555555555555], "
                      "includeGroups: [21111111-2222-3333-4444-555555555555]")),
           config);
  if (done.status != kDone) {
    fail_msg("%s%s", done.output.c_str(), done.error.c_str());
  }
}

TEST("policy lint: the configuration tells about defaults, roles, accounts") {
  const Folder folder;
  const std::string config =
      folder.write("c.yaml",
                   "roles: {User Administrator: {groups: [root]}}\n"
                   "emergency_access: [root]\n");
  const Outcome done =
      lint(folder.write("p.yaml", policy("includeUsers: [All], excludeRoles: "
                                         "[Billing Administrator]")),
           config);
  assert_int_equal(done.status, kFailed);
  assert_has(done.output, "security defaults");
  assert_has(done.output, "nobody on this host holds the role");
  assert_has(done.output, "note: \"P\": it does not exclude the emergency");
}

TEST("policy lint: without --policies they are those of the configuration") {
  const Folder folder;
  const std::string policies =
      folder.write("p.yaml", policy("includeUsers: [None]"));
  const std::string config =
      folder.write("c.yaml", "policies: " + policies +
                                 "\nsecurity_defaults: {enabled: false}\n");
  const Outcome done = lint("", config);
  assert_int_equal(done.status, kFailed);
  assert_has(done.output, "it applies to nobody");
  const Outcome none = lint("", folder.write("d.yaml", "{}"));
  assert_int_equal(none.status, kUnusable);
  assert_has(none.error, "--policies");
}

TEST("policy lint: --json tells the same") {
  const Folder folder;
  const Outcome done =
      lint(folder.write("p.yaml", policy("includeUsers: [None]")), "", true);
  assert_int_equal(done.status, kFailed);
  const Json report = Json::parse(done.output);
  assert_int_equal(number(report, "/errors"), 1);
  assert_string_equal(text(report, "/findings/0/severity").c_str(), "error");
  assert_string_equal(text(report, "/findings/0/rule").c_str(),
                      "matchesNobody");
  assert_string_equal(text(report, "/findings/0/policy").c_str(), "P");
  assert_false(text(report, "/findings/0/place").empty());
  assert_false(text(report, "/findings/0/advice").empty());
}

TEST("policy lint: what does not load is no finding") {
  const Folder folder;
  const Outcome done = lint(folder.write("p.yaml", "displayNam: x\n"));
  assert_int_equal(done.status, kUnusable);
  assert_string_equal(done.output.c_str(), "");
  assert_has(done.error, ":1:1: ");
}

}  // namespace mfa::mfactl
