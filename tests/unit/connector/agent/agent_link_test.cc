// SPDX-License-Identifier: BSD-3-Clause
#include "connector/agent/agent_link.h"

#include <poll.h>

#include "tests/check.h"
#include "tests/unit/connector/agent/scripted_agent.h"

namespace mfa::connector {
namespace {

using test::message;
using test::ScriptedAgent;

void wait_until_readable(int fd) {
  pollfd readable{fd, POLLIN, 0};
  assert_int_equal(poll(&readable, 1, 20'000), 1);
}

// And the agent knows it: it takes its callers in turn.
void ask_for_work(AgentLink& link) {
  assert_true(link.open_work().has_value());
  assert_true(link.position().has_value());
}

std::string work(const Json& piece) {
  return message({{"parameters", {{"work", piece}}}, {"continues", true}});
}

TEST("an agent that knows nothing wants everything") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  const auto position = link.position();
  assert_int_equal(position->generation, 0);
  assert_false(position->token.has_value());
  assert_true(link.is_reachable());
}

TEST("the position is the last commit of this source") {
  ScriptedAgent agent;
  agent.answer("GetState", {{"source", "ldap:dc=example"},
                            {"generation", 7},
                            {"token", "print 20261121Z"},
                            {"fullSyncWanted", false}});
  const auto position = agent.link().position();
  assert_int_equal(position->generation, 7);
  assert_string_equal(position->token->c_str(), "20261121Z");
}

TEST("a token of another source or configuration is none, nor one to forget") {
  ScriptedAgent agent;
  agent.answer(
      "GetState",
      {{"source", "ldap:dc=other"}, {"generation", 7}, {"token", "print 1"}});
  assert_false(agent.link().position()->token.has_value());
  agent.answer("GetState", {{"source", "ldap:dc=example"},
                            {"generation", 7},
                            {"token", "sprint 1"}});
  assert_false(agent.link().position()->token.has_value());
  agent.answer("GetState", {{"source", "ldap:dc=example"},
                            {"generation", 7},
                            {"token", "print 1"},
                            {"fullSyncWanted", true}});
  assert_false(agent.link().position()->token.has_value());
  assert_int_equal(agent.link().position()->generation, 7);
}

TEST("an answer with members of wrong types is an agent that knows nothing") {
  ScriptedAgent agent;
  agent.answer("GetState", {{"source", 1},
                            {"generation", "7"},
                            {"token", Json::array()},
                            {"fullSyncWanted", "no"}});
  const auto position = agent.link().position();
  assert_int_equal(position->generation, 0);
  assert_false(position->token.has_value());
}

TEST("a generation is begun with source, kinds and base") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  assert_true(link.begin(true, {Kind::people, Kind::devices}, 6).has_value());
  assert_string_equal(agent.server.calls_of("Begin").at(0).dump().c_str(),
                      R"({"source":"ldap:dc=example","full":true,)"
                      R"("kinds":["people","devices"],"base":6})");
}

TEST("nothing is said of no kinds") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  assert_true(link.up_to_date({}).has_value());
  assert_true(agent.server.requests().empty());
  assert_true(link.up_to_date({Kind::risks, Kind::roles}).has_value());
  assert_string_equal(
      agent.server.calls_of("UpToDate").at(0).dump().c_str(),
      R"({"source":"ldap:dc=example","kinds":["risks","roles"]})");
}

TEST("trouble is reported with the time of the next try, and not at length") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  const Instant next{std::chrono::seconds(1'795'258'269)};
  assert_true(link.report_trouble(std::string(5000, 'x'), next).has_value());
  const Json call = agent.server.calls_of("ReportTrouble").at(0);
  assert_int_equal(call["message"].get<std::string>().size(), 1000);
  assert_string_equal(call["nextTryDateTime"].get<std::string>().c_str(),
                      to_iso8601(next).c_str());
}

TEST("a restarted agent is spoken to anew") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  assert_true(link.position().has_value());
  agent.server.hang_up();
  assert_true(link.position().has_value());
  assert_true(link.is_reachable());
}

TEST("an agent that is gone is not reachable, one that refuses is") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  agent.answer_with_error("GetState", "org.pammfa.Connector.Unavailable",
                          {{"message", "the disk is full"}});
  const auto refused = link.position();
  assert_string_equal(refused.error().what.c_str(),
                      "mfa-agent: the disk is full");
  assert_true(link.is_reachable());
  agent.hang_up_on("GetState");
  assert_false(link.position().has_value());
  assert_false(link.is_reachable());
  AgentLink nobody({"/nonexistent/connector.sock", "x", "y"}, [] {});
  assert_true(nobody.position().error().kind == ErrorKind::unavailable);
  assert_false(nobody.is_reachable());
}

TEST("an agent that stops between two calls is not reachable any more") {
  std::optional<ScriptedAgent> agent(std::in_place);
  AgentLink link = agent->link();
  assert_true(link.position().has_value());
  agent.reset();
  assert_false(link.position().has_value());
  assert_false(link.is_reachable());
}

TEST("the agent's errors keep their kind, and say what to do") {
  struct {
    const char* name;
    ErrorKind kind;
    const char* words;
  } const errors[] = {
      {"org.pammfa.Connector.Held", ErrorKind::refused, "said \\x1b[2J"},
      {"org.pammfa.Connector.Malformed", ErrorKind::malformed, "said"},
      {"org.pammfa.Connector.WrongGeneration", ErrorKind::conflict, "said"},
      {"org.varlink.service.PermissionDenied", ErrorKind::refused,
       "connector_user"},
      {"org.varlink.service.MethodNotFound", ErrorKind::conflict,
       "different versions"},
      {"org.example.Other", ErrorKind::unavailable, "org.example.Other"}};
  for (const auto& [name, kind, words] : errors) {
    ScriptedAgent agent;
    agent.answer_with_error("GetState", name, {{"message", "said \x1b[2J"}});
    const auto position = agent.link().position();
    assert_true(position.error().kind == kind);
    if (position.error().what.find(words) == std::string::npos) {
      fail_msg("%s", position.error().what.c_str());
    }
  }
}

TEST("work comes by a connection of its own, one piece at a time") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  assert_int_equal(link.work_fd(), -1);
  assert_false(link.next_work()->has_value());
  assert_true(link.open_work().has_value());
  assert_true(link.open_work().has_value());
  assert_true(link.position().has_value());  // after the agent has read Work
  assert_int_equal(agent.server.requests().size(), 2);
  assert_false(link.next_work()->has_value());
}

TEST("each kind of work is understood, and the minute's empty reply is none") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  ask_for_work(link);
  agent.server.push(
      work(nullptr) + work({{"id", 1}, {"action", "sync"}}) +
      work({{"id", 2}, {"action", "confirmSafe"}, {"person", "p-1"}}) +
      work({{"id", 3}, {"action", "dismissRisk"}, {"person", "p-2"}}));
  wait_until_readable(link.work_fd());
  const auto sync = link.next_work();
  assert_true((*sync)->action == Work::Action::sync);
  const auto safe = link.next_work();
  assert_true((*safe)->action == Work::Action::confirm_safe);
  assert_int_equal((*safe)->id, 2);
  assert_string_equal((*safe)->person.c_str(), "p-1");
  const auto dismiss = link.next_work();
  assert_true((*dismiss)->action == Work::Action::dismiss_risk);
  assert_false(link.next_work()->has_value());
}

TEST("work that a newer agent has is given back as not doable") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  ask_for_work(link);
  agent.server.push(work({{"id", 9}, {"action", "dance"}}));
  wait_until_readable(link.work_fd());
  assert_false(link.next_work()->has_value());
  const Json done = agent.server.calls_of("WorkDone").at(0);
  assert_int_equal(done["id"].get<int>(), 9);
  assert_false(done["done"].get<bool>());
}

TEST("work ends with an error when the agent is gone, and is asked for anew") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  ask_for_work(link);
  agent.server.hang_up();
  wait_until_readable(link.work_fd());
  assert_false(link.next_work().has_value());
  assert_int_equal(link.work_fd(), -1);
  assert_true(link.open_work().has_value());
  assert_true(link.work_fd() >= 0);
}

TEST("work that was done is said to be done, with a reason where it was not") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  assert_true(link.work_done(4, true, "").has_value());
  assert_true(link.work_done(5, false, "no risks there").has_value());
  const auto calls = agent.server.calls_of("WorkDone");
  assert_string_equal(calls.at(0).dump().c_str(), R"({"id":4,"done":true})");
  assert_string_equal(calls.at(1)["message"].get<std::string>().c_str(),
                      "no risks there");
}

TEST("whoever watches is told that the agent took something") {
  ScriptedAgent agent;
  int alive = 0;
  AgentLink link = agent.link([&alive] { ++alive; });
  assert_true(link.position().has_value());
  assert_true(alive > 0);
}

}  // namespace
}  // namespace mfa::connector
