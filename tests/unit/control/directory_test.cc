// SPDX-License-Identifier: BSD-3-Clause
//
// `mfactl directory`, over the control socket.
#include "tests/check.h"
#include "tests/unit/cache/stub_cache.h"
#include "tests/unit/control/captured.h"
#include "tests/unit/control/stage.h"

namespace mfa::control {
namespace {

struct World {
  World() {
    auto made = std::make_shared<stage::StubCache>();
    cache = made.get();
    stage.context.directory_cache = std::move(made);
    cache->state.source = "ldap:example";
    cache->state.generation = 7;
    cache->state.people = 1000;
    cache->state.kinds = {
        {DirectoryKind::people, stage.agent.now(), true, false}};
  }

  Json call(const std::string& method, const Json& parameters = {}) {
    return stage.call(root(), method, parameters);
  }
  Person& alice() { return stage.agent.people.people.at("alice"); }

  ControlStage stage;
  mfa::stage::StubCache* cache = nullptr;
};

TEST("without a central directory every call says what to configure") {
  ControlStage stage;
  const std::pair<const char*, Json> calls[] = {
      {"ShowDirectory", {}},
      {"SyncDirectory", {}},
      {"AcceptDirectory", {{"sinceDateTime", "2027-01-15T08:00:00Z"}}},
      {"ForgetDirectoryKind", {{"kind", "risks"}}}};
  for (const auto& [method, parameters] : calls) {
    const Json reply = stage.call(root(), method, parameters);
    assert_string_equal(error_of(reply).c_str(), "Unavailable");
    assert_true(reply.dump().find("connector_user") != std::string::npos);
  }
}

TEST("the directory is the administrators' alone") {
  World world;
  const Json alice = {{"user", "alice"}};
  const std::pair<const char*, Json> calls[] = {
      {"ShowDirectory", {}},
      {"SyncDirectory", {}},
      {"AcceptDirectory", {{"sinceDateTime", "x"}}},
      {"ForgetDirectoryKind", {{"kind", "risks"}}},
      {"ShowDirectoryUser", alice},
      {"ForgetDirectoryUser", alice}};
  for (const auto& [method, parameters] : calls) {
    const Json reply = world.stage.call(somebody(1000), method, parameters);
    assert_string_equal(reply["error"].get<std::string>().c_str(),
                        "org.varlink.service.PermissionDenied");
  }
}

TEST("ShowDirectory says what is there, how old it is and what is wrong") {
  World world;
  world.cache->state.held =
      HeldChange{world.stage.agent.now(), "412 of 1000 people would be gone"};
  world.stage.context.connector->trouble =
      ConnectorState::Trouble{"ldap:example", "the server is down",
                              world.stage.agent.now(), world.stage.agent.now()};
  const Json shown = world.call("ShowDirectory")["parameters"];
  assert_string_equal(shown["source"].get<std::string>().c_str(),
                      "ldap:example");
  assert_int_equal(shown["generation"].get<int>(), 7);
  assert_int_equal(shown["people"].get<int>(), 1000);
  assert_true(shown["kinds"][0]["kind"] == "people");
  assert_true(shown["kinds"][0]["softExpired"] == true);
  assert_true(shown["kinds"][0]["hardExpired"] == false);
  assert_true(shown["held"]["what"] == "412 of 1000 people would be gone");
  assert_true(shown["connector"]["connected"] == false);
  assert_true(shown["connector"]["trouble"]["message"] == "the server is down");
  assert_true(shown["reportsWaiting"] == 0);
}

TEST("before the first generation ShowDirectory has no source and no time") {
  World world;
  world.cache->state = {};
  const Json shown = world.call("ShowDirectory")["parameters"];
  assert_true(shown["source"].is_null());
  assert_true(shown["committedDateTime"].is_null());
  assert_true(shown["held"].is_null());
}

TEST("a cache that cannot be read is said to be so") {
  World world;
  world.cache->broken = true;
  assert_string_equal(error_of(world.call("ShowDirectory")).c_str(),
                      "Unavailable");
}

TEST("SyncDirectory asks the connector, who may not be there") {
  World world;
  assert_true(world.call("SyncDirectory")["parameters"]["connected"] == false);
  assert_true(world.stage.context.connector->sync_wanted);
  world.stage.context.connector->waiting_for_work = 1;
  assert_true(world.call("SyncDirectory")["parameters"]["connected"] == true);
}

TEST("ShowDirectoryUser says what a sign-in would find") {
  World world;
  CentralRecord record;
  record.standing = CentralRecord::Standing::disabled;
  record.detail = "the directory has disabled this person";
  record.id = "a-1";
  record.risk = RiskLevel::high;
  DirectoryDevice laptop;
  laptop.device.text(DeviceText::device_id) = "laptop";
  laptop.device.is_compliant = true;
  laptop.enabled = true;
  record.devices.push_back(laptop);
  world.alice().central = record;
  world.alice().groups = {"staff"};
  world.alice().uncertain_roles = {"User Administrator"};
  const Json shown =
      world.call("ShowDirectoryUser", {{"user", "alice"}})["parameters"];
  assert_true(shown["groups"] == Json::array({"staff"}));
  assert_true(shown["uncertainRoles"] == Json::array({"User Administrator"}));
  const Json& directory = shown["directory"];
  assert_true(directory["standing"] == "disabled");
  assert_true(directory["detail"] == record.detail);
  assert_true(directory["riskLevel"] == "high");
  assert_true(directory["membershipsFresh"] == false);
  assert_true(directory["devices"][0]["deviceId"] == "laptop");
  assert_true(directory["devices"][0]["isCompliant"] == true);
  // The same of `user show`.
  const Json user = world.call("ShowUser", {{"user", "alice"}});
  assert_true(user["parameters"]["user"]["directory"] == directory);
}

TEST("ShowDirectoryUser of nobody is not found") {
  World world;
  assert_string_equal(
      error_of(world.call("ShowDirectoryUser", {{"user", "nobody-here"}}))
          .c_str(),
      "NotFound");
}

TEST("AcceptDirectory says what it lets happen, logs it, and asks for it") {
  World world;
  world.cache->state.held =
      HeldChange{world.stage.agent.now(), "412 of 1000 people would be gone"};
  Captured log(STDERR_FILENO);
  const Json shown = world.call("ShowDirectory")["parameters"]["held"];
  assert_true(shown["tooOldFromDateTime"].is_null());
  const Json earlier = world.call("AcceptDirectory",
                                  {{"sinceDateTime", "2020-01-01T00:00:00Z"}});
  assert_string_equal(error_of(earlier).c_str(), "Conflict");
  const Json which = {{"sinceDateTime", shown["sinceDateTime"]}};
  const Json reply = world.call("AcceptDirectory", which);
  assert_true(reply["parameters"]["what"] ==
              "412 of 1000 people would be gone");
  assert_true(world.stage.context.connector->sync_wanted);
  assert_true(log.text().find("412 of 1000") != std::string::npos);
  assert_string_equal(error_of(world.call("AcceptDirectory", which)).c_str(),
                      "NotFound");
}

TEST("ForgetDirectoryKind forgets what nobody brings, but never people") {
  World world;
  Captured log(STDERR_FILENO);
  const Json reply = world.call("ForgetDirectoryKind", {{"kind", "risks"}});
  assert_true(reply["parameters"]["kind"] == "risks");
  assert_true(world.cache->forgotten_kind == DirectoryKind::risks);
  assert_true(log.text().find("risks") != std::string::npos);
  assert_string_equal(
      error_of(world.call("ForgetDirectoryKind", {{"kind", "roles"}})).c_str(),
      "NotFound");
  for (const char* kind : {"people", "horses"}) {
    const Json refused = world.call("ForgetDirectoryKind", {{"kind", kind}});
    assert_string_equal(refused["error"].get<std::string>().c_str(),
                        "org.varlink.service.InvalidParameter");
  }
}

TEST("ForgetDirectoryUser forgets who is gone, and nobody else") {
  World world;
  const Json reply = world.call("ForgetDirectoryUser", {{"user", "alice"}});
  assert_true(reply["parameters"]["user"] == "alice");
  assert_string_equal(world.cache->forgotten.c_str(), "alice");
  assert_string_equal(
      error_of(world.call("ForgetDirectoryUser", {{"user", "bob"}})).c_str(),
      "NotFound");
}

}  // namespace
}  // namespace mfa::control
