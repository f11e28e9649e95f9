// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/sign_in_facts_json.h"

#include "tests/check.h"
#include "tests/unit/mfactl/offline.h"

namespace mfa::mfactl {
namespace {

SignInFacts facts_of(std::string_view text) {
  const auto json = parse_strictly(text);
  if (!json) fail_msg("%s", json.error().what.c_str());
  const auto facts = read_sign_in_facts(*json);
  if (!facts) fail_msg("%s", facts.error().what.c_str());
  return *facts;
}

std::string complaint_of(std::string_view text) {
  const auto json = parse_strictly(text);
  if (!json) return json.error().what;
  const auto facts = read_sign_in_facts(*json);
  return facts ? "" : facts.error().what;
}

}  // namespace

TEST("a sign-in of which nothing is said is wholly unknown") {
  const SignInFacts facts = facts_of("{}");
  assert_true(facts.user.id.empty());
  assert_true(facts.application.empty());
  assert_false(facts.user_action || facts.client_app_type || facts.ip_address);
  assert_false(facts.country || facts.device_platform || facts.device);
  assert_false(facts.sign_in_risk || facts.user_risk);
  assert_true(facts.may_have_methods);
  assert_int_equal(facts.user.uncertain_groups.size(), 0);
  assert_int_equal(facts.user.uncertain_roles.size(), 0);
}

TEST("null says the same as nothing, for every member") {
  const SignInFacts facts = facts_of(
      R"({"id":null,"user":null,"application":null,"userAction":null,
          "clientAppType":null,"ipAddress":null,"country":null,
          "devicePlatform":null,"device":null,"signInRiskLevel":null,
          "userRiskLevel":null,"authenticationFlow":null,
          "satisfiedControls":null,"authenticationMethods":null,
          "registeredMethods":null})");
  assert_false(facts.device || facts.ip_address || facts.user_action);
  assert_true(facts.may_have_methods);
  assert_true(facts_of(R"({"user":{"id":null,"groups":null,"isGuest":null}})")
                  .user.id.empty());
}

TEST("who signs in: ids and groups exactly, names and roles in any case") {
  const UserFacts user =
      facts_of(
          R"({"user":{"id":"Ab","userPrincipalName":"Alice@Contoso.com",
          "groups":["Wheel"],"isGuest":true,
          "roles":["GLOBAL administrator",
                   "194AE4CB-b126-40b2-bd5b-6091b380977d","My Role"]}})")
          .user;
  assert_true(user.id == Name("Ab"));
  assert_true(user.principal_name == Name("alice@contoso.com"));
  assert_true(user.groups.contains(Name("Wheel")));
  assert_false(user.groups.contains(Name("wheel")));
  assert_true(user.is_guest);
  for (const char* role : {"62e90394-69f5-4237-9190-012177145e10",
                           "194ae4cb-b126-40b2-bd5b-6091b380977d", "my role"}) {
    assert_true(user.roles.contains(Name(role)));
  }
}

TEST("from where: an IPv4 address is the same in its mapped form") {
  assert_true(facts_of(R"({"ipAddress":"::ffff:192.0.2.1"})").ip_address ==
              Address::parse("192.0.2.1"));
  assert_true(facts_of(R"({"country":"se"})").country ==
              CountryCode::parse("SE"));
}

TEST(
    "from what: properties of Graph's device that no filter knows are "
    "skipped") {
  const auto device =
      facts_of(R"({"device":{"deviceId":"d","isManaged":null,"isRooted":false,
                   "@odata.type":"#microsoft.graph.device"}})")
          .device;
  assert_true(device.has_value());
}

TEST("from what: every attribute that device filters know is read") {
  const auto device =
      facts_of(
          R"({"device":{"deviceId":"d","isCompliant":true,"trustType":"ServerAD",
          "systemLabels":["M"],"extensionAttribute15":"x","model":null,
          "ownership":"Company"}})")
          .device;
  assert_true(device.has_value());
  assert_true(device->is_compliant == true);
  assert_true(device->text(DeviceText::trust_type) == "ServerAD");
  assert_true(device->text(DeviceText::extension_attribute_15) == "x");
  assert_false(device->text(DeviceText::model).has_value());
  assert_true(device->text(DeviceText::device_ownership) == "Company");
  assert_int_equal(device->list(DeviceList::system_labels).size(), 1);
}

TEST("what was done already: controls, combinations, methods") {
  const SignInFacts facts = facts_of(
      R"({"satisfiedControls":["mfa","termsOfUse"],
          "authenticationMethods":["softwareOath,password"],
          "registeredMethods":[]})");
  assert_true(facts.satisfied_controls ==
              (Controls{Control::mfa, Control::terms_of_use}));
  assert_true(
      facts.authentication_methods.front() ==
      (MethodCombination{MethodMode::password, MethodMode::software_oath}));
  assert_false(facts.may_have_methods);
  assert_true(facts_of(R"({"registeredMethods":["fido2"]})").may_have_methods);
}

TEST("a member with a typing mistake is an error, not something unknown") {
  assert_has(complaint_of(R"({"aplication":"sshd"})"),
             "did you mean \"application\"?");
  assert_has(complaint_of(R"({"user":{"upn":"a"}})"), "in user");
  assert_has(complaint_of(R"({"device":{"isCompiant":true}})"),
             "did you mean \"isCompliant\"?");
  assert_has(complaint_of(R"({"device":{"osVersion":null}})"), "in device");
}

TEST("values that no sign-in can have are malformed") {
  const char* const kWrong[] = {
      R"([])",
      R"(7)",
      R"({"user":"alice"})",
      R"({"user":{"id":7}})",
      R"({"user":{"groups":"wheel"}})",
      R"({"user":{"groups":[null]}})",
      R"({"user":{"isGuest":"true"}})",
      R"({"application":["sshd"]})",
      R"({"userAction":"urn:user:registersecurityinfo"})",
      R"({"clientAppType":"easSupported"})",
      R"({"clientAppType":"Browser"})",
      R"({"ipAddress":"localhost"})",
      R"({"ipAddress":"192.0.2.1/32"})",
      R"({"ipAddress":""})",
      R"({"ipAddress":"fe80::1%eth0"})",
      R"({"country":"SWE"})",
      R"({"country":"1a"})",
      R"({"devicePlatform":"ios"})",
      R"({"device":[]})",
      R"({"device":{"isCompliant":"yes"}})",
      R"({"device":{"systemLabels":"a"}})",
      R"({"device":{"model":5}})",
      R"({"signInRiskLevel":"hidden"})",
      R"({"userRiskLevel":"High"})",
      R"({"authenticationFlow":"none"})",
      R"({"satisfiedControls":["block"]})",
      R"({"satisfiedControls":[["mfa"]]})",
      R"({"authenticationMethods":["password,"]})",
      R"({"registeredMethods":{}})"};
  for (const char* text : kWrong) {
    if (complaint_of(text).empty()) fail_msg("taken: %s", text);
  }
}

TEST("a complaint says which entry is wrong and of what type it is") {
  assert_has(complaint_of(R"({"user":{"groups":["a",3]}})"),
             "user.groups[1]: must be text, not number");
}

TEST("a complaint repeats no control characters and no more than a line") {
  const std::string what = complaint_of("{\"country\":\"\\u001b[2J\\n" +
                                        std::string(9000, 'x') + "\"}");
  for (const char c : what) assert_true(static_cast<unsigned char>(c) >= 0x20);
  assert_true(what.size() < 300);
}

TEST("JSON is one value: no second one, no duplicate member, no abyss") {
  assert_has(complaint_of("{} {}"), "not JSON");
  assert_has(complaint_of(""), "not JSON");
  assert_has(complaint_of("{\"id\":1,}"), "not JSON");
  assert_has(complaint_of(R"({"id":"\ud800"})"), "not JSON");
  assert_has(complaint_of("{\"id\":\"\xff\"}"), "not JSON");
  assert_has(complaint_of(R"({"id":1e999})"), "number");
  assert_has(complaint_of(R"({"user":{"id":"a","id":"b"}})"), "given twice");
  assert_has(complaint_of(R"({"device":{"x":{"a":1,"a":2}}})"), "given twice");
  assert_string_equal(complaint_of(R"({"id":"a","user":{"id":"b"}})").c_str(),
                      "");
  assert_has(complaint_of("{\"id\":" + std::string(100000, '[')), "deeper");
  std::string wide = "{\"device\":{";
  for (int i = 0; i < 300; ++i) wide += "\"a" + std::to_string(i) + "\":1,";
  assert_has(complaint_of(wide + "\"z\":1}}"), "more than 256");
}

}  // namespace mfa::mfactl
