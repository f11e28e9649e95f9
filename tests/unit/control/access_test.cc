// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/access.h"

#include <map>

#include "agent/control/interface_text.h"
#include "tests/check.h"
#include "tests/unit/control/stage.h"

namespace mfa::control {
namespace {

// What is asked of each method, about alice (uid 1000).
Json parameters_for(std::string_view method, const std::string& sign_in) {
  const std::map<std::string_view, Json> special = {
      {"org.varlink.service.GetInfo", Json::object()},
      {"org.varlink.service.GetInterfaceDescription",
       {{"interface", "org.pammfa.Control"}}},
      {"org.pammfa.Control.Status", Json::object()},
      {"org.pammfa.Control.Reload", Json::object()},
      {"org.pammfa.Control.ConfirmMethod",
       {{"user", "alice"}, {"id", "00"}, {"code", "123456"}}},
      {"org.pammfa.Control.RemoveMethod", {{"user", "alice"}, {"id", "00"}}},
      {"org.pammfa.Control.RequireMfa",
       {{"user", "alice"}, {"required", true}}},
      {"org.pammfa.Control.WhatIf", {{"user", "alice"}, {"service", "sshd"}}},
      {"org.pammfa.Control.PolicyImpact", Json::object()},
      {"org.pammfa.Control.ShowDirectory", Json::object()},
      {"org.pammfa.Control.SyncDirectory", Json::object()},
      {"org.pammfa.Control.AcceptDirectory",
       {{"sinceDateTime", "2027-01-15T08:00:00Z"}}},
      {"org.pammfa.Control.ForgetDirectoryKind", {{"kind", "risks"}}},
      {"org.pammfa.Control.Explain", {{"id", sign_in}}}};
  const auto found = special.find(method);
  return found != special.end() ? found->second : Json{{"user", "alice"}};
}

struct Expected {
  bool root, administrator, self, other;
  bool operator==(const Expected&) const = default;
};

// The law, written down a second time: a change of the table must be meant.
const std::map<std::string_view, Expected> kExpected = {
    {"org.varlink.service.GetInfo", {true, true, true, true}},
    {"org.varlink.service.GetInterfaceDescription", {true, true, true, true}},
    {"org.pammfa.Control.Status", {true, true, false, false}},
    {"org.pammfa.Control.Reload", {true, true, false, false}},
    {"org.pammfa.Control.AddMethod", {true, true, false, false}},
    {"org.pammfa.Control.ConfirmMethod", {true, true, false, false}},
    {"org.pammfa.Control.ListMethods", {true, true, true, false}},
    {"org.pammfa.Control.RemoveMethod", {true, true, false, false}},
    {"org.pammfa.Control.ShowUser", {true, true, true, false}},
    {"org.pammfa.Control.UnlockUser", {true, true, false, false}},
    {"org.pammfa.Control.ResetGrace", {true, true, false, false}},
    {"org.pammfa.Control.RequireMfa", {true, true, false, false}},
    {"org.pammfa.Control.ForgetRemembered", {true, true, false, false}},
    {"org.pammfa.Control.WhatIf", {true, true, false, false}},
    {"org.pammfa.Control.PolicyImpact", {true, true, false, false}},
    {"org.pammfa.Control.ShowDirectory", {true, true, false, false}},
    {"org.pammfa.Control.SyncDirectory", {true, true, false, false}},
    {"org.pammfa.Control.ShowDirectoryUser", {true, true, false, false}},
    {"org.pammfa.Control.AcceptDirectory", {true, true, false, false}},
    {"org.pammfa.Control.ForgetDirectoryUser", {true, true, false, false}},
    {"org.pammfa.Control.ForgetDirectoryKind", {true, true, false, false}},
    {"org.pammfa.Control.SignIns", {true, true, true, false}},
    {"org.pammfa.Control.Explain", {true, true, true, false}},
};

bool may(ControlStage& stage, const Peer& peer, std::string_view method,
         const std::string& sign_in) {
  const Json reply =
      stage.call(peer, std::string(method), parameters_for(method, sign_in));
  // Reload made a new generation; the group is what it was.
  stage.context.admin_group.generation = stage.agent.live.current().number;
  return error_of(reply) != "PermissionDenied";
}

}  // namespace

TEST("every control method is open to whom its privilege names, and no other") {
  ControlStage stage;
  const auto id = stage.log_sign_in("alice", Reason::wrong_code);
  assert_int_equal(control_endpoint().operations.size(), kExpected.size());
  for (const Operation& operation : control_endpoint().operations) {
    const std::string_view name = operation.name;
    const Expected& expected = kExpected.at(name);
    const Expected found = {may(stage, root(), name, id),
                            may(stage, administrator(), name, id),
                            may(stage, somebody(1000), name, id),
                            may(stage, somebody(1001), name, id)};
    if (found != expected) fail_msg("%s", operation.name.data());
  }
}

TEST("a row of the control table that declares no privilege is the admins'") {
  const Operation bare{"org.pammfa.Control.New"};
  assert_true(bare.privilege == Privilege::admin);
}

TEST("a person sees the sign-ins of nobody when no user is named") {
  ControlStage stage;
  stage.log_sign_in("bob", Reason::verified);
  const Json reply = stage.call(somebody(1000), "SignIns", Json::object());
  assert_string_equal(error_of(reply).c_str(), "PermissionDenied");
}

TEST("hostile input 41: while the directory is silent, self is nobody") {
  ControlStage stage;
  stage.agent.people.silent = true;
  const Json reply =
      stage.call(somebody(1000), "ListMethods", {{"user", "alice"}});
  assert_string_equal(error_of(reply).c_str(), "PermissionDenied");
}

TEST("a sign-in under a name that is no account belongs to nobody") {
  ControlStage stage;
  const auto id = stage.log_sign_in("mallory", Reason::unknown_user);
  stage.agent.people.add("mallory", 1003);  // made afterwards
  const Json reply = stage.call(somebody(1003), "Explain", {{"id", id}});
  assert_string_equal(error_of(reply).c_str(), "PermissionDenied");
}

TEST("a sign-in that does not exist looks like another person's") {
  ControlStage stage;
  const Json reply =
      stage.call(somebody(1000), "Explain", {{"id", "ffffffff"}});
  assert_string_equal(error_of(reply).c_str(), "PermissionDenied");
}

TEST("the groups of a peer decide, not its number of groups") {
  const Peer peer{1000, 5, 1, {6, kAdminGid}};
  assert_true(peer.is_member_of(kAdminGid));
  assert_true(peer.is_member_of(5));
  assert_false(peer.is_member_of(7));
}

TEST("an admin group that does not exist makes nobody an administrator") {
  ControlStage stage;
  Config config;
  config.admin_group = "no-such-group-here";
  stage.agent.reload(config);
  const Json reply = stage.call(administrator(), "Status", Json::object());
  assert_string_equal(error_of(reply).c_str(), "PermissionDenied");
}

TEST("a reload that names another admin group takes the old one's power") {
  ControlStage stage;
  assert_string_equal(
      error_of(stage.call(administrator(), "Status", {})).c_str(), "");
  Config config;
  config.admin_group = "root";  // gid 0
  stage.agent.reload(config);
  assert_string_equal(
      error_of(stage.call(administrator(), "Status", {})).c_str(),
      "PermissionDenied");
  const Peer member{1006, 1006, 4, {0}};
  assert_string_equal(error_of(stage.call(member, "Status", {})).c_str(), "");
}

}  // namespace mfa::control
