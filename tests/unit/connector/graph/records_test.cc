// SPDX-License-Identifier: BSD-3-Clause
#include <string>

#include "connector/graph/lists.h"
#include "connector/graph/managed_devices.h"
#include "connector/graph/policies.h"
#include "connector/graph/read_records.h"
#include "tests/check.h"

using namespace mfa;
using namespace mfa::connector;
using namespace mfa::connector::graph;

namespace {

const Place kPlace{"x", 0};
constexpr char kDevice[] = "ace08ec9-aa11-4ada-9145-addf0398233e";
constexpr char kUser[] = "d1d4a5d4-a5d4-41d4-94a5-d4d1d4a5d4d1";

Json json(const char* text) {
  auto value = parse_json(text);
  assert_true(value.has_value());
  return std::move(*value);
}

ManagedDevices managed(const char* state, const char* user = "") {
  ManagedDevices devices;
  const Json entry = {{"azureADDeviceId", kDevice},
                      {"userId", user},
                      {"complianceState", state}};
  assert_true(devices.add(*read_managed_device(entry, kPlace)).has_value());
  devices.sort();
  return devices;
}

}  // namespace

TEST("the account is taken from the configured property and no other (R-27)") {
  const Json user = json(
      R"({"id":"1","accountEnabled":true,"userPrincipalName":"a@b",
          "mailNickname":"nick","employeeId":"",
          "onPremisesExtensionAttributes":{"extensionAttribute1":"ext"}})");
  const auto account = [&](const char* property) {
    return read_user(user, kPlace, property)->account;
  };
  assert_true(account("mailNickname") == "nick");
  assert_true(account("userPrincipalName") == "a@b");
  assert_true(account("extensionAttribute1") == "ext");
  assert_false(account("extensionAttribute2").has_value());
  assert_false(account("employeeId").has_value());
  assert_false(account("onPremisesSamAccountName").has_value());
}

TEST("the properties that are selected hold the account's") {
  assert_string_equal(user_properties("userPrincipalName").c_str(),
                      "id,accountEnabled,userPrincipalName,userType");
  assert_string_equal(user_properties("extensionAttribute12").c_str(),
                      "id,accountEnabled,userPrincipalName,userType,"
                      "onPremisesExtensionAttributes");
}

TEST("a person without accountEnabled is an error, not a disabled person") {
  const auto user =
      read_user(json(R"({"id":"1","userPrincipalName":"a"})"), kPlace, "x");
  assert_false(user.has_value());
  assert_true(user.error().kind == ErrorKind::malformed);
}

TEST("of a group's members, people and groups count") {
  const auto group = read_group(json(
                                    R"({"id":"g","members@delta":[
              {"@odata.type":"#microsoft.graph.user","id":"u"},
              {"@odata.type":"#microsoft.graph.device","id":"d"},
              {"@odata.type":"#microsoft.graph.servicePrincipal","id":"s",
               "@removed":{"reason":"deleted"}},
              {"@odata.type":"#microsoft.graph.group","id":"h",
               "@removed":{"reason":"deleted"}},
              {"id":"n","@removed":{"reason":"deleted"}}]})"),
                                kPlace);
  assert_true(group->added == std::vector<std::string>{"u"});
  assert_true(group->removed == (std::vector<std::string>{"h", "n"}));
  assert_false(group->display_name.has_value());
}

TEST("an assignment counts for the whole directory by its scope / alone") {
  for (const char* scope :
       {"\"/administrativeUnits/1\"", "\"\"", "null", "\"//\"", "\"/ \""}) {
    const std::string text =
        std::string(R"({"principalId":"p","roleDefinitionId":"r",)") +
        R"("directoryScopeId":)" + scope + "}";
    assert_false(read_role_assignment(json(text.c_str()), kPlace)
                     ->is_for_whole_directory);
  }
}

TEST("what Intune has not decided leaves the directory's word") {
  for (const char* state : {"unknown", "inGracePeriod", "configManager", "?"}) {
    Device device;
    device.device_id = kDevice;
    managed(state).apply(device);
    assert_false(device.is_compliant.has_value());
    device.is_compliant = true;
    managed(state).apply(device);
    assert_true(device.is_compliant == true);
  }
}

TEST("Intune's word is of its own device, in any case of its id") {
  Device device;
  device.device_id = "ACE08EC9-AA11-4ADA-9145-ADDF0398233E";
  managed("compliant", kUser).apply(device);
  assert_true(device.is_compliant == true);
  assert_true(device.owners == std::vector<std::string>{kUser});
  Device other;
  other.device_id = kUser;
  managed("compliant", kUser).apply(other);
  assert_false(other.is_compliant.has_value());
  assert_true(other.owners.empty());
}

TEST("only what is enabled becomes report-only") {
  for (const char* state : {"disabled", "enabledForReportingButNotEnforced",
                            "unknownFutureValue"}) {
    Json policy = {{"state", state}};
    make_report_only(policy);
    assert_true(policy["state"] == state);
  }
  Json policy = {{"state", "enabled"}, {"displayName", "x"}};
  make_report_only(policy);
  assert_true(policy["state"] == "enabledForReportingButNotEnforced");
  Json none = {{"displayName", "x"}};
  make_report_only(none);
  assert_false(none.contains("state"));
}
