// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/control/connector_stage.h"

#include <algorithm>

#include "tests/check.h"

namespace mfa::control {

ConnectorStage::ConnectorStage() {
  Config config;
  config.connector_user = UserName::parse("mfa-connector");
  agent.reload(config);
  // As if they had been looked up.
  const std::uint64_t generation = agent.live.current().number;
  context.admin_group.generation = generation;
  context.connector_account = {generation, kConnectorUid};
  auto cache = open_directory_cache(agent.directory, agent.clock);
  if (!cache) fail_msg("%s", cache.error().what.c_str());
  context.directory_cache = std::move(*cache);
}

void ConnectorStage::bring(const Json& people) {
  auto bringing = connector();
  const auto generation = begin_full(bringing, Json::array({"people"}));
  put_people(bringing, generation, people);
  commit(bringing, generation, Json::array({"people"}));
}

void ConnectorStage::settle() {
  while (context.connector_load->connections > 0) turn();
}

CacheStatus ConnectorStage::status() {
  const auto status = context.directory_cache->status(agent.now());
  if (!status) fail_msg("%s", status.error().what.c_str());
  return *status;
}

CentralRecord::Standing ConnectorStage::standing_of(
    const std::string& account) {
  const auto scope = std::make_shared<const MembershipScope>();
  const auto answer = context.directory_cache->find(
      {account, scope, std::nullopt}, agent.now());
  if (!answer) fail_msg("%s", answer.error().what.c_str());
  return answer->record.standing;
}

std::optional<RiskLevel> ConnectorStage::risk_of(const std::string& account) {
  const auto answer = context.directory_cache->find(
      {account, nullptr, std::nullopt}, agent.now());
  if (!answer) fail_msg("%s", answer.error().what.c_str());
  return answer->record.risk;
}

bool ConnectorStage::is_member(const std::string& account,
                               const std::string& group) {
  const auto scope = std::make_shared<const MembershipScope>(
      MembershipScope{{}, {{group, group}}});
  const auto answer = context.directory_cache->find(
      {account, scope, std::nullopt}, agent.now());
  if (!answer) fail_msg("%s", answer.error().what.c_str());
  return std::find(answer->groups.begin(), answer->groups.end(), group) !=
         answer->groups.end();
}

Json person(const std::string& id, const std::string& account) {
  return {{"id", id},
          {"names", Json::array()},
          {"account", account},
          {"accountEnabled", true},
          {"memberOf", Json::array()}};
}

Json parameters(std::int64_t generation, Json more) {
  more["generation"] = generation;
  return more;
}

Json begin(ControlStage::Client& connector, const Json& kinds, bool full) {
  const Json state = connector.call("GetState")["parameters"];
  return connector.call("Begin", {{"source", "test"},
                                  {"full", full},
                                  {"kinds", kinds},
                                  {"base", state["generation"]}});
}

namespace {

std::int64_t begun(const Json& reply) {
  assert_string_equal(error_of(reply).c_str(), "");
  return reply["parameters"]["generation"].get<std::int64_t>();
}

}  // namespace

std::int64_t begin_full(ControlStage::Client& connector, const Json& kinds) {
  return begun(begin(connector, kinds));
}

std::int64_t begin_delta(ControlStage::Client& connector) {
  return begun(begin(connector, Json::array({"people"}), false));
}

Json put_people(ControlStage::Client& connector, std::int64_t generation,
                const Json& people) {
  const Json reply =
      connector.call("PutPeople", parameters(generation, {{"people", people}}));
  assert_string_equal(error_of(reply).c_str(), "");
  return reply["parameters"]["refused"];
}

Json commit(ControlStage::Client& connector, std::int64_t generation,
            const Json& up_to_date, Json token) {
  const Json reply = connector.call(
      "Commit", parameters(generation, {{"token", std::move(token)},
                                        {"removeAbsent", false},
                                        {"upToDate", up_to_date}}));
  assert_string_equal(error_of(reply).c_str(), "");
  return reply;
}

}  // namespace mfa::control
