// SPDX-License-Identifier: BSD-3-Clause
//
// Who is listened to on connector.sock.
#include <pwd.h>

#include "tests/check.h"
#include "tests/unit/control/captured.h"
#include "tests/unit/control/connector_stage.h"

namespace mfa::control {
namespace {

bool is_heard(ControlStage& stage, const Peer& peer) {
  auto client = stage.connect_as_connector(peer);
  client.send("org.varlink.service.GetInfo");
  return !client.receive_bytes().empty();
}

}  // namespace

TEST("root and the connector's account are heard, and nobody else") {
  ConnectorStage stage;
  assert_true(is_heard(stage, root()));
  assert_true(is_heard(stage, somebody(kConnectorUid)));
  assert_false(is_heard(stage, somebody(kConnectorUid + 1)));
  assert_false(is_heard(stage, somebody(65534)));
}

TEST("members of the admin group and of the connector's are not heard") {
  ConnectorStage stage;
  assert_false(is_heard(stage, administrator()));
  assert_false(
      is_heard(stage, Peer{1001, kConnectorUid, 5, {kConnectorUid, 0}}));
}

TEST("who is hung up on is logged once in a minute, by uid") {
  ConnectorStage stage;
  Captured log(STDERR_FILENO);
  for (int i = 0; i < 5; ++i) is_heard(stage, somebody(1234));
  const std::string said = log.text();
  const auto first = said.find("uid=1234");
  assert_true(first != said.npos);
  assert_true(said.find("uid=1234", first + 1) == said.npos);
}

TEST("without connector_user, root alone is heard") {
  ConnectorStage stage;
  stage.agent.reload(Config());
  assert_true(is_heard(stage, root()));
  assert_false(is_heard(stage, somebody(kConnectorUid)));
}

TEST("an account that does not exist is nobody, also when its uid comes") {
  ConnectorStage stage;
  Config config;
  config.connector_user = UserName::parse("no-such-account-here");
  stage.agent.reload(config);
  assert_false(is_heard(stage, somebody(kConnectorUid)));
}

TEST("the connector's account is the one of the last configuration") {
  ConnectorStage stage;
  const passwd* nobody = getpwnam("nobody");
  assert_non_null(nobody);
  const uid_t uid = nobody->pw_uid;
  assert_false(is_heard(stage, somebody(uid)));
  Config config;
  config.connector_user = UserName::parse("nobody");
  stage.agent.reload(config);
  assert_true(is_heard(stage, somebody(uid)));
  assert_false(is_heard(stage, somebody(kConnectorUid)));
}

TEST("a connection that is open when the configuration changes loses its say") {
  ConnectorStage stage;
  auto connector = stage.connector();
  assert_string_equal(error_of(connector.call("GetState")).c_str(), "");
  stage.agent.reload(Config());
  assert_string_equal(error_of(connector.call("GetState")).c_str(),
                      "PermissionDenied");
}

TEST("a row of the connector's table is the connector's, each of them") {
  for (const Operation& operation : connector_endpoint().operations) {
    assert_true(operation.privilege == Privilege::connector);
  }
}

TEST("strangers who fill their seats leave the connector its own") {
  ConnectorStage stage;
  std::vector<ControlStage::Client> held;
  for (std::size_t i = 0; i < 2 * kConnectorSeats.per_uid; ++i) {
    held.push_back(stage.connect_as_connector(somebody(1234)));
  }
  assert_true(is_heard(stage, somebody(kConnectorUid)));
  assert_true(is_heard(stage, root()));
}

}  // namespace mfa::control
