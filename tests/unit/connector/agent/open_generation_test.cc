// SPDX-License-Identifier: BSD-3-Clause
#include "connector/agent/open_generation.h"

#include <algorithm>

#include "tests/check.h"
#include "tests/unit/connector/agent/scripted_agent.h"

namespace mfa::connector {
namespace {

using test::ScriptedAgent;

Person person(const std::string& id) {
  Person person;
  person.id = id;
  person.account = id;
  person.account_enabled = true;
  return person;
}

Group group(const std::string& id, std::size_t members = 0) {
  Group group;
  group.id = id;
  for (std::size_t i = 0; i < members; ++i) {
    group.members.push_back("uid=member-" + std::to_string(i) +
                            ",ou=people,dc=example,dc=org");
  }
  return group;
}

std::unique_ptr<Generation> begun(AgentLink& link) {
  auto generation = link.begin(true, {Kind::people}, 0);
  if (!generation) fail_msg("%s", generation.error().what.c_str());
  return std::move(*generation);
}

// "Begin PutPeople Commit", as the agent saw it.
std::string methods(ScriptedAgent& agent) {
  std::string all;
  for (const Json& request : agent.server.requests()) {
    const std::string method = request["method"];
    all += (all.empty() ? "" : " ") + method.substr(method.rfind('.') + 1);
  }
  return all;
}

std::size_t size_of_longest_call(ScriptedAgent& agent) {
  std::size_t longest = 0;
  for (const Json& request : agent.server.requests()) {
    longest = std::max(longest, request.dump().size());
  }
  return longest;
}

TEST("a generation gathers records of a kind into one call, and commits") {
  ScriptedAgent agent;
  agent.answer("Commit", {{"generation", 12}});
  AgentLink link = agent.link();
  const auto generation = begun(link);
  assert_true(generation->put(person("p1")).has_value());
  assert_true(generation->put(group("g1", 1)).has_value());
  assert_true(generation->put(person("p2")).has_value());
  const auto committed =
      generation->commit({"next", true, {Kind::people, Kind::roles}});
  assert_int_equal(*committed, 12);
  assert_string_equal(methods(agent).c_str(),
                      "Begin PutPeople PutGroups Commit");
  const Json people = agent.server.calls_of("PutPeople").at(0);
  assert_int_equal(people["generation"].get<int>(), 1);
  assert_int_equal(people["people"].size(), 2);
  assert_string_equal(
      agent.server.calls_of("Commit").at(0).dump().c_str(),
      R"({"generation":1,"token":"print next","removeAbsent":true,)"
      R"("upToDate":["people","roles"]})");
}

TEST("every record has the members of the protocol, and no null ones") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  const auto generation = begun(link);
  Person full{"p",  {"dn"},  "alice", 1000, "alice@example.org",
              true, "Guest", {"g"}};
  Device device;
  device.device_id = "d";
  device.is_compliant = false;
  device.extension_attributes = {{"extensionAttribute1", "x"}};
  device.owners = {"p"};
  assert_true(generation->put(full).has_value());
  assert_true(
      generation->put(Group{"g", {"n"}, "Admins", {"p"}, {"h"}}).has_value());
  assert_true(generation->put(RoleAssignment{"r", "p"}).has_value());
  assert_true(
      generation->put(Risk{"p", "high", "atRisk", "none", "2026"}).has_value());
  assert_true(generation->put(device).has_value());
  assert_true(generation->present("q").has_value());
  assert_true(generation->commit({}).has_value());
  const auto only = [&](const char* method, const char* array) {
    return agent.server.calls_of(method).at(0)[array].at(0).dump();
  };
  assert_string_equal(
      only("PutPeople", "people").c_str(),
      R"({"id":"p","names":["dn"],"account":"alice","uid":1000,)"
      R"("userPrincipalName":"alice@example.org","accountEnabled":true,)"
      R"("userType":"Guest","memberOf":["g"]})");
  assert_string_equal(only("PutGroups", "groups").c_str(),
                      R"({"id":"g","names":["n"],"displayName":"Admins",)"
                      R"("members":["p"],"memberOf":["h"]})");
  assert_string_equal(only("PutRoleAssignments", "assignments").c_str(),
                      R"({"role":"r","principal":"p"})");
  assert_string_equal(
      only("PutRisks", "risks").c_str(),
      R"({"id":"p","riskLevel":"high","riskState":"atRisk",)"
      R"("riskDetail":"none","riskLastUpdatedDateTime":"2026"})");
  assert_string_equal(
      only("PutDevices", "devices").c_str(),
      R"({"deviceId":"d","accountEnabled":false,"isCompliant":false,)"
      R"("extensionAttributes":{"extensionAttribute1":"x"},)"
      R"("owners":["p"],"sshKeys":[]})");
  assert_string_equal(only("Present", "ids").c_str(), R"("q")");
}

TEST("a token that is not given leaves the last one") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  assert_true(begun(link)->commit({}).has_value());
  assert_true(agent.server.calls_of("Commit").at(0)["token"].is_null());
}

TEST("a person without an account is sent without one") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  const auto generation = begun(link);
  Person contact = person("p");
  contact.account.reset();
  assert_true(generation->put(contact).has_value());
  assert_true(generation->commit({}).has_value());
  assert_string_equal(
      agent.server.calls_of("PutPeople").at(0)["people"].dump().c_str(),
      R"([{"id":"p","names":[],"accountEnabled":true,"memberOf":[]}])");
}

TEST("no call is larger than a message, and none has too many records") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  const auto generation = begun(link);
  Person large = person("p");
  large.names = {std::string(500, '"')};  // each is escaped
  for (int i = 0; i < 3000; ++i) {
    large.id = std::to_string(i);
    assert_true(generation->put(large).has_value());
  }
  for (std::size_t i = 0; i < 2 * kMaxBatchRecords + 1; ++i) {
    assert_true(generation->present(std::to_string(i)).has_value());
  }
  assert_true(generation->commit({}).has_value());
  assert_true(size_of_longest_call(agent) < std::size_t{1} << 20);
  std::size_t people = 0;
  for (const Json& call : agent.server.calls_of("PutPeople")) {
    people += call["people"].size();
  }
  assert_int_equal(people, 3000);
  const auto present = agent.server.calls_of("Present");
  assert_int_equal(present.size(), 3);
  assert_int_equal(present[0]["ids"].size(), kMaxBatchRecords);
  assert_int_equal(present[2]["ids"].size(), 1);
}

TEST("a group that does not fit is sent in pieces that hold every member") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  const auto generation = begun(link);
  const Group large = group("g", 50'000);
  assert_true(generation->put(group("small", 2)).has_value());
  assert_true(generation->put(large).has_value());
  assert_true(generation->commit({}).has_value());
  assert_true(size_of_longest_call(agent) < std::size_t{1} << 20);
  assert_int_equal(agent.server.calls_of("PutGroups").size(), 1);
  std::vector<std::string> members;
  for (const Json& call : agent.server.calls_of("AddMembers")) {
    assert_string_equal(call["group"].get<std::string>().c_str(), "g");
    for (const Json& member : call["members"]) members.push_back(member);
  }
  assert_true(members == large.members);
}

TEST("a group that the agent refuses is not sent in pieces") {
  ScriptedAgent agent;
  agent.answer("PutGroups",
               {{"refused", {{{"id", "g"}, {"reason", "a bad name"}}}}});
  AgentLink link = agent.link();
  const auto generation = begun(link);
  assert_true(generation->put(group("g", 50'000)).has_value());
  assert_true(generation->commit({}).has_value());
  assert_string_equal(methods(agent).c_str(), "Begin PutGroups Commit");
}

TEST("nobody becomes a member of a group that the agent refused") {
  ScriptedAgent agent;
  agent.answer("PutGroups",
               {{"refused", {{{"id", "bad"}, {"reason", "a bad name"}}}}});
  AgentLink link = agent.link();
  const auto generation = begun(link);
  assert_true(generation->put(person("p")).has_value());
  assert_true(generation->put(group("bad", 1)).has_value());
  assert_true(generation->add_members("bad", {"a"}).has_value());
  assert_true(generation->put(person("q")).has_value());
  assert_true(generation->remove_members("bad", {"b"}).has_value());
  assert_true(generation->add_members("good", {"c"}).has_value());
  assert_true(generation->commit({}).has_value());
  const auto added = agent.server.calls_of("AddMembers");
  assert_int_equal(added.size(), 1);
  assert_string_equal(added[0]["group"].get<std::string>().c_str(), "good");
  assert_true(agent.server.calls_of("RemoveMembers").empty());
  assert_int_equal(agent.server.calls_of("Commit").size(), 1);
}

TEST("a record that no message takes is left out, and the rest goes on") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  const auto generation = begun(link);
  Person huge = person("huge");
  huge.member_of = std::vector<std::string>(20'000, std::string(100, 'x'));
  Group wide = group("wide", 20'000);
  wide.member_of = huge.member_of;
  assert_true(generation->put(person("p1")).has_value());
  assert_true(generation->put(huge).has_value());
  assert_true(generation->put(wide).has_value());
  assert_true(generation->add_members("g", {std::string(1 << 20, 'x'), "m"})
                  .has_value());
  assert_true(generation->put(person("p2")).has_value());
  assert_true(generation->commit({}).has_value());
  assert_string_equal(methods(agent).c_str(),
                      "Begin PutPeople AddMembers PutPeople Commit");
  assert_string_equal(
      agent.server.calls_of("AddMembers").at(0)["members"].dump().c_str(),
      R"(["m"])");
}

TEST("what is not UTF-8 is left out: sent otherwise, two could become one") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  const auto generation = begun(link);
  assert_true(generation->put(person("bad\xff")).has_value());
  assert_true(generation->put(person("good")).has_value());
  assert_true(generation->remove("bad\xfe").has_value());
  assert_true(generation->add_members("bad\xfe", {"m"}).has_value());
  assert_true(generation->commit({}).has_value());
  assert_string_equal(methods(agent).c_str(), "Begin PutPeople Commit");
  assert_int_equal(agent.server.calls_of("PutPeople").at(0)["people"].size(),
                   1);
}

TEST("changes come after what was put before them, and before what follows") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  const auto generation = begun(link);
  assert_true(generation->put(group("g")).has_value());
  assert_true(generation->add_members("g", {"a", "b"}).has_value());
  assert_true(generation->add_members("g", {"c"}).has_value());
  assert_true(generation->add_members("h", {"d"}).has_value());
  assert_true(generation->remove_members("h", {"e"}).has_value());
  assert_true(generation->remove("x").has_value());
  assert_true(generation->remove("y").has_value());
  assert_true(generation->remove(RoleAssignment{"r", "p"}).has_value());
  assert_true(generation->put(person("x")).has_value());
  assert_true(generation->commit({}).has_value());
  assert_string_equal(methods(agent).c_str(),
                      "Begin PutGroups AddMembers AddMembers RemoveMembers "
                      "Remove RemoveRoleAssignments PutPeople Commit");
  assert_int_equal(agent.server.calls_of("AddMembers").at(0)["members"].size(),
                   3);
  assert_int_equal(agent.server.calls_of("Remove").at(0)["ids"].size(), 2);
}

TEST("a generation that is let go is given up") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  assert_true(begun(link)->put(person("p")).has_value());
  assert_string_equal(methods(agent).c_str(), "Begin Abort");
}

TEST("a generation that failed cannot be filled or committed any more") {
  ScriptedAgent agent;
  agent.answer_with_error("PutPeople", "org.pammfa.Connector.Unavailable",
                          {{"message", "the disk is full"}});
  AgentLink link = agent.link();
  {
    const auto generation = begun(link);
    assert_true(generation->put(person("p")).has_value());
    assert_false(generation->remove("q").has_value());
    assert_false(generation->put(person("p")).has_value());
    assert_false(generation->commit({"t", false, {}}).has_value());
  }
  assert_true(agent.server.calls_of("Commit").empty());
  assert_int_equal(agent.server.calls_of("Abort").size(), 1);
}

TEST("a generation that is held is refused, and not given up a second time") {
  ScriptedAgent agent;
  agent.answer_with_error("Commit", "org.pammfa.Connector.Held",
                          {{"message", "40 of 100 people would be gone"}});
  AgentLink link = agent.link();
  {
    const auto generation = begun(link);
    const auto committed = generation->commit({"t", true, {}});
    assert_true(committed.error().kind == ErrorKind::refused);
  }
  assert_string_equal(methods(agent).c_str(), "Begin Commit");
}

TEST("a generation does not outlive its connection") {
  ScriptedAgent agent;
  AgentLink link = agent.link();
  const auto generation = begun(link);
  assert_true(generation->put(person("p")).has_value());
  agent.server.hang_up();
  assert_true(link.position().has_value());  // over a new connection
  assert_false(generation->commit({"t", false, {}}).has_value());
  assert_true(agent.server.calls_of("Commit").empty());
}

}  // namespace
}  // namespace mfa::connector
