// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/read_policies.h"

#include "tests/unit/policy/policy_text.h"

namespace mfa {
namespace {

using namespace policy_text;

std::string repeated(std::string_view part, std::size_t times) {
  std::string whole;
  for (std::size_t i = 0; i < times; ++i) whole += part;
  return whole;
}

// One line of a list of policies.
std::string entry(std::string_view name, std::string_view state) {
  return "- {displayName: " + std::string(name) +
         ", state: " + std::string(state) +
         ", conditions: {applications: {includeApplications: [All]}}}\n";
}

// --- the file ----------------------------------------------------------------

TEST("a policy file holds one policy, a list, or Graph's answer") {
  const std::string one = with("");
  assert_string_equal(read_one(one).display_name.c_str(), "P");
  const auto list = read(entry("A", "enabled") + entry("B", "disabled"));
  assert_int_equal(list.size(), 2);
  assert_string_equal(list[1].display_name.c_str(), "B");
  assert_string_equal(list[1].place.c_str(), "p.yaml:2:3");
  const auto exported = read(
      "{\"@odata.context\": \"https://graph.microsoft.com/v1.0\", "
      "\"@odata.count\": 1, \"value\": [\n{\"displayName\": \"A\", "
      "\"state\": \"enabled\", \"conditions\": {\"applications\": "
      "{\"includeApplications\": [\"All\"]}}}]}");
  assert_int_equal(exported.size(), 1);
  assert_string_equal(exported[0].place.c_str(), "p.yaml:2:1");
  assert_true(read("[]").empty());
  assert_true(read("value: []").empty());
}

TEST("what is no policy file is refused where it differs") {
  assert_refused("^just text", "the list of policies is \"just text\"");
  assert_refused("value: ^{}", "the list of policies is a map");
  assert_refused("value: []\n^values: []", "unknown key \"values\"");
  assert_refused("- ^text\n", "the policy is \"text\"");
  assert_refused(
      "- {displayName: P, state: enabled, conditions: "
      "{applications: {includeApplications: [All]}}}\n- ^[]\n",
      "the policy is a list");
  assert_refused("^{}", "displayName is missing");
}

TEST("a policy as Entra's template writes it loads whole") {
  const Policy policy = read_one(R"({
  "id": "c7503427-338e-4c5e-902d-abe252abfb43",
  "templateId": null,
  "displayName": "Require multifactor authentication for admins",
  "description": "",
  "createdDateTime": "2026-01-01T00:00:00Z",
  "modifiedDateTime": null,
  "deletedDateTime": null,
  "state": "enabledForReportingButNotEnforced",
  "partialEnablementStrategy": null,
  "conditions@odata.context": {"any": ["thing"]},
  "conditions": {
    "clientAppTypes": ["all"], "signInRiskLevels": [], "userRiskLevels": [],
    "servicePrincipalRiskLevels": [], "insiderRiskLevels": null,
    "platforms": null, "locations": null, "times": null, "deviceStates": null,
    "devices": null, "clientApplications": null, "authenticationFlows": null,
    "applications": { "includeApplications": ["All"],
      "excludeApplications": [], "includeUserActions": [],
      "includeAuthenticationContextClassReferences": [],
      "applicationFilter": null },
    "users": { "includeUsers": [], "excludeUsers": ["breakglass"],
      "includeGroups": [], "excludeGroups": [],
      "includeRoles": ["62e90394-69f5-4237-9190-012177145e10"],
      "excludeRoles": [], "includeGuestsOrExternalUsers": null,
      "excludeGuestsOrExternalUsers": null } },
  "grantControls": { "operator": "OR", "builtInControls": ["mfa"],
    "customAuthenticationFactors": [], "termsOfUse": [],
    "authenticationStrength@odata.context": "x",
    "authenticationStrength": null },
  "sessionControls": null
})");
  assert_string_equal(policy.id.c_str(),
                      "c7503427-338e-4c5e-902d-abe252abfb43");
  assert_true(policy.state == PolicyState::report_only);
  assert_string_equal(policy.place.c_str(), "p.yaml:1:1");
  assert_true(policy.grant.controls == Controls({Control::mfa}));
  assert_int_equal(policy.conditions.users.include_roles.size(), 1);
  assert_true(policy.without_meaning.empty());
}

TEST("a policy must have a name, a state and conditions") {
  const std::string conditions =
      "conditions: {applications: {includeApplications: [All]}}\n";
  const std::string name = "displayName: P\n";
  const std::string state = "state: enabled\n";
  assert_refused("^" + state + conditions, "displayName is missing");
  assert_refused("^" + name + conditions, "state is missing; write enabled,");
  assert_refused("^" + name + state, "conditions is missing");
  assert_refused("^displayName: null\n" + state + conditions,
                 "displayName is missing");
  assert_refused("displayName: ^''\n" + state + conditions,
                 "displayName is \"\" in quotes; write a text");
  assert_refused("^" + name + state + "conditions: null\n",
                 "conditions is missing");
}

TEST("the three states of a policy are spelt as Graph spells them") {
  const auto state = [](const std::string& word) {
    return read(entry("P", word))[0].state;
  };
  assert_true(state("enabled") == PolicyState::enabled);
  assert_true(state("disabled") == PolicyState::disabled);
  assert_true(state("enabledForReportingButNotEnforced") ==
              PolicyState::report_only);
  assert_refused(entry("P", "^Enabled"), "did you mean \"enabled\"?");
  assert_refused(entry("P", "^true"),
                 "write one of: disabled, enabledForReportingButNotEnforced, "
                 "enabled");
}

TEST("what describes a policy has the right type and length") {
  assert_refused(with("id: ^[a]"), "id is a list");
  assert_refused(with("description: ^{}"), "description is a map");
  assert_refused(with("templateId: ^[]"), "templateId is a list");
  read(with("description: " + std::string(kMaxPolicyDescriptionBytes, 'd')));
  assert_refused(
      with("description: ^" + std::string(kMaxPolicyDescriptionBytes + 1, 'd')),
      "longer than 4096 bytes");
  assert_refused(with("id: ^" + std::string(kMaxPolicyNameBytes + 1, 'i')),
                 "longer than 256 bytes");
}

TEST("members of Graph's beta may be null or empty in a policy") {
  read(with("partialEnablementStrategy: {}"));
  assert_refused(with("partialEnablementStrategy: ^{a: b}"), "not supported");
}

TEST("annotations are skipped anywhere, whatever they hold") {
  read(with("'@odata.type': [1]\nstate@odata.type: {a: {b: c}}"));
  read(with_condition("users: {'includeUsers@odata.x': 5}"));
  read(with("grantControls: {'authenticationStrength@odata.context': []}"));
  assert_refused(with("^'@odatatype': x"), "unknown key");
}

// --- several files -----------------------------------------------------------

std::vector<Policy> policies(std::size_t number, std::string_view state) {
  auto list = read(
      repeated(entry("P", state), std::min<std::size_t>(number, kMaxPolicies)));
  while (list.size() < number) list.push_back(list.front());
  return list;
}

std::string error_of(std::vector<Policy> list, bool security_defaults) {
  const auto all =
      assemble(std::move(list), some_locations(), security_defaults);
  return all ? "" : all.error().what;
}

TEST("there may be 240 policies in any state, and no more") {
  assert_string_equal(error_of(policies(240, "disabled"), false).c_str(), "");
  const std::string what = error_of(policies(241, "disabled"), false);
  assert_true(what.starts_with("p.yaml:"));
  assert_true(what.find("one of 241, and at most 240") != what.npos);
  assert_refused("^" + repeated(entry("P", "disabled"), 241),
                 "more than 240 entries");
}

TEST("an enabled policy and security defaults exclude each other") {
  auto list = read(entry("Report", "enabledForReportingButNotEnforced") +
                   entry("Off", "disabled"));
  assert_string_equal(error_of(list, true).c_str(), "");
  const auto on = read(entry("First", "disabled") + entry("On", "enabled"));
  assert_string_equal(error_of(on, false).c_str(), "");
  const std::string what = error_of(on, true);
  assert_true(
      what.starts_with("p.yaml:2:3: policy \"On\" is enabled and "
                       "security defaults are on"));
  assert_true(what.find("turn security defaults off, or set") != what.npos);
}

TEST("assembled policies keep their order, locations and the switch") {
  const auto all =
      assemble(read(entry("A", "disabled") + entry("B", "disabled")),
               some_locations(), true);
  assert_true(all.has_value());
  assert_true(all->security_defaults);
  assert_string_equal(all->list[1].display_name.c_str(), "B");
  assert_true(all->locations.find("Office").has_value());
}

// --- hostile inputs ----------------------------------------------------------

TEST("hostile input 55: a policy file above 4 MiB is refused by its size") {
  assert_refused("^" + std::string(100 << 20, ' '), "longer than 4194304");
  assert_refused("^" + std::string(kMaxPolicyFileBytes + 1, ' '), "longer");
  const std::string text = with("");
  read(text + std::string(kMaxPolicyFileBytes - text.size(), ' '));
}

TEST("hostile input 56: brackets without end in a policy are refused") {
  // A bracket that never closes may begin a key, which nests twice.
  assert_refused(with_condition("users: {includeUsers: " + repeated("[", 15) +
                                "^" + repeated("[", 100000)),
                 "nested more than 32 deep");
}

TEST("hostile input 57: aliases, anchors and tags are refused in policies") {
  assert_refused(with("grantControls: ^&a {}"), "anchors");
  assert_refused(with("description: ^&a text"), "anchors");
  assert_refused(with("description: ^!!str text"), "tags");
  assert_refused(with("^<<: {a: b}"), "merge keys");
}

TEST("hostile input 58: a key that stands twice in a policy is refused") {
  assert_refused(with("^state: disabled"), "\"state\" stands here a second");
  assert_refused(with_condition("users: {includeUsers: [All], ^includeUsers: "
                                "[None]}"),
                 "second time");
}

TEST("hostile input 59: an unknown key in a policy is refused with advice") {
  assert_refused(with("^grantControl: {}"),
                 "unknown key \"grantControl\" in the policy; did you mean "
                 "\"grantControls\"?");
  assert_refused(with("^colour: red"), "remove it, or write one of: id,");
  assert_refused(with("^\"x\\u001b[2J\": red"), "\\x1b[2J");
}

TEST("hostile input 60: yes, on and their like are no truth in a policy") {
  for (const std::string word :
       {"yes", "no", "on", "off", "True", "FALSE", "1", "'true'"}) {
    assert_refused(
        with("sessionControls: {disableResilienceDefaults: ^" + word + "}"),
        "write true or false");
  }
}

TEST("hostile input 61: only decimal digits are a number in a policy") {
  for (const std::string value :
       {"-1", "NaN", "1e309", "4h", "0x4", "0o4", "04", "1_0", "1:30", "4.0",
        "'4'", "99999999999999999999", "+4", ".inf"}) {
    assert_refused(with("sessionControls: {signInFrequency: {value: ^" + value +
                        ", type: hours}}"),
                   "a whole number from 1 to 8760");
  }
}

TEST("hostile input 62: bytes that are no text are refused in a policy") {
  assert_refused(with("description: a^\x01"), "control character");
  assert_refused(with(std::string("description: a^\0b", 17)),
                 "control character");
  assert_refused(with("description: a^\xff"), "not UTF-8");
  assert_refused(with("id: ^\"a\\tb\""), "characters that cannot be seen");
  assert_refused("displayName: ^\"a\\u202eb\"\n",
                 "characters that cannot be seen");
  const std::string windows =
      "\xef\xbb\xbf"
      "displayName: P\r\nstate: "
      "enabled\r\nconditions:\r\n  applications: "
      "{includeApplications: [All]}\r\n";
  assert_string_equal(read_one(windows).display_name.c_str(), "P");
}

TEST("hostile input 63: a second document in a policy file is refused") {
  assert_refused(with("") + "^---\n" + with(""), "second document");
}

TEST("hostile input 68: block beside other controls stays a block") {
  const Policy policy = read_one(
      with("grantControls: {operator: OR, builtInControls: [block, mfa]}"));
  assert_true(policy.grant.block);
  assert_false(policy.grant.all_of);
}

TEST("hostile input 69: no policy can take an emergency account away") {
  assert_refused(with("^emergency_access: []"), "unknown key");
}

// --- what it costs -----------------------------------------------------------

std::string long_policy(std::size_t number) {
  std::string text = entry("P" + std::to_string(number), "enabled");
  text.erase(text.size() - 3);  // up to the conditions' last brace
  text += ", users: {includeGroups: [g";
  while (text.size() < 3000) {
    text += ", " + std::to_string(text.size()) +
            "d2b05-8046-44ba-8758-1e26182fcf32";
  }
  return text + "]}}}\n";
}

TEST("as many policies as Entra allows, of 3 KB each, load from one file") {
  std::string text;
  for (std::size_t i = 0; i < kMaxPolicies; ++i) text += long_policy(i);
  assert_true(text.size() > kMaxPolicies * 3000);
  assert_int_equal(read(text).size(), kMaxPolicies);
}

TEST("one page of an export that has more is refused") {
  assert_refused(R"({"@odata.nextLink": ^"https://graph/next", "value": []})",
                 "more follow");
  assert_int_equal(read(R"({"@odata.nextLink": null, "value": []})").size(), 0);
}

}  // namespace
}  // namespace mfa
