// SPDX-License-Identifier: BSD-3-Clause
//
// A connector's calls against the real cache.
#include "agent/control/limits.h"
#include "tests/check.h"
#include "tests/unit/control/captured.h"
#include "tests/unit/control/connector_stage.h"

namespace mfa::control {
namespace {

const Json kPeople = Json::array({"people"});

// How often it says so.
std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

TEST("a generation is in force when it is committed, and not before") {
  ConnectorStage stage;
  auto connector = stage.connector();
  const auto generation = begin_full(connector, kPeople);
  put_people(connector, generation, Json::array({person("p1", "ann")}));
  assert_true(stage.standing_of("ann") == CentralRecord::Standing::unknown);
  const Json done = commit(connector, generation, kPeople, "token-1");
  assert_int_equal(done["parameters"]["people"].get<int>(), 1);
  assert_true(stage.standing_of("ann") == CentralRecord::Standing::enabled);

  const Json state = connector.call("GetState")["parameters"];
  assert_string_equal(state["source"].get<std::string>().c_str(), "test");
  assert_string_equal(state["token"].get<std::string>().c_str(), "token-1");
  assert_true(state["generation"] == done["parameters"]["generation"]);
  assert_false(state["fullSyncWanted"].get<bool>());
}

TEST("before the first generation there is no source and no token") {
  ConnectorStage stage;
  const Json state = stage.connector().call("GetState")["parameters"];
  assert_true(state["source"].is_null() && state["token"].is_null());
  assert_int_equal(state["generation"].get<int>(), 0);
}

TEST("a connector that hangs up in the middle leaves the last generation") {
  ConnectorStage stage;
  stage.bring(Json::array({person("p1", "ann")}));
  {
    auto connector = stage.connector();
    const auto generation = begin_full(connector, kPeople);
    put_people(connector, generation, Json::array({person("p2", "bob")}));
    connector.hang_up();
    stage.settle();
  }
  assert_true(stage.standing_of("ann") == CentralRecord::Standing::enabled);
  assert_true(stage.standing_of("bob") == CentralRecord::Standing::unknown);
  auto next = stage.connector();
  assert_true(begin_full(next, kPeople) > 0);  // the way is free
}

TEST("an aborted generation is as if it had never been") {
  ConnectorStage stage;
  auto connector = stage.connector();
  const auto generation = begin_full(connector, kPeople);
  put_people(connector, generation, Json::array({person("p1", "ann")}));
  connector.call("Abort", {{"generation", generation}});
  const Json late = connector.call(
      "Commit", parameters(generation, {{"removeAbsent", false},
                                        {"upToDate", Json::array()}}));
  assert_string_equal(error_of(late).c_str(), "WrongGeneration");
  assert_true(stage.standing_of("ann") == CentralRecord::Standing::unknown);
}

TEST("of two connectors, the second one is refused while the first brings") {
  ConnectorStage stage;
  auto first = stage.connector();
  auto second = stage.connector();
  const auto generation = begin_full(first, kPeople);
  assert_string_equal(error_of(begin(second, kPeople)).c_str(), "Conflict");
  assert_string_equal(error_of(begin(first, kPeople)).c_str(), "Conflict");
  const Json stolen = second.call(
      "PutPeople", parameters(generation, {{"people", Json::array()}}));
  assert_string_equal(error_of(stolen).c_str(), "WrongGeneration");
  assert_int_equal(stolen["parameters"]["generation"].get<int>(), 0);
  commit(first, generation, kPeople);
  assert_true(begin_full(second, kPeople) > generation);
}

TEST("a generation that is not the connection's is named, with its own") {
  ConnectorStage stage;
  auto connector = stage.connector();
  const auto generation = begin_full(connector, kPeople);
  for (const std::int64_t wrong :
       {generation + 1, generation - 1, std::int64_t{-1}, INT64_MAX}) {
    const Json reply = connector.call(
        "PutPeople", parameters(wrong, {{"people", Json::array()}}));
    assert_string_equal(error_of(reply).c_str(), "WrongGeneration");
    assert_int_equal(reply["parameters"]["generation"].get<int>(), generation);
  }
}

TEST("records that are not acceptable are refused alone, and counted") {
  ConnectorStage stage;
  auto connector = stage.connector();
  const auto generation = begin_full(connector, kPeople);
  Json bad = person("p2", "bob");
  bad["uid"] = 0;
  const Json refused = put_people(connector, generation,
                                  Json::array({person("p1", "ann"), bad}));
  assert_int_equal(refused.size(), 1);
  assert_string_equal(refused[0]["id"].get<std::string>().c_str(), "p2");
  assert_string_equal(refused[0]["reason"].get<std::string>().c_str(),
                      "uid: 0 is reserved");
  commit(connector, generation, kPeople);
  assert_true(stage.standing_of("ann") == CentralRecord::Standing::enabled);
  assert_int_equal(stage.status().refused_records, 1);
  // Nobody is better off by it, known before or not.
  assert_true(stage.standing_of("bob") == CentralRecord::Standing::disabled);
}

TEST("whose account is not understood may be anybody the directory lacks") {
  const auto localhero = [](ConnectorStage& stage) {
    const CacheQuestion question{"localhero", nullptr, std::nullopt};
    return *stage.context.directory_cache->find(question, stage.agent.now());
  };
  for (const Json& odd : {Json("al ice"), Json(7), Json()}) {
    ConnectorStage stage;
    auto connector = stage.connector();
    const auto generation = begin_full(connector, kPeople);
    Json bad = person("p2", "bob");
    bad["account"] = odd;
    bad["uid"] = 0;
    put_people(connector, generation,
               Json::array({person("p1", "ann"), bad, odd}));
    commit(connector, generation, kPeople);
    assert_true(localhero(stage).roles_are_uncertain);
  }
  // Who has no account, or one by which nobody can sign in, is nobody here.
  for (const Json& none : {Json(), Json("al ice"), Json("m\u00fcller")}) {
    ConnectorStage stage;
    auto connector = stage.connector();
    const auto generation = begin_full(connector, kPeople);
    Json bad = person("p2", "bob");
    bad["account"] = none;
    put_people(connector, generation, Json::array({person("p1", "ann"), bad}));
    commit(connector, generation, kPeople);
    assert_false(localhero(stage).roles_are_uncertain);
  }
}

TEST("a person whose record is refused is out until an acceptable one comes") {
  ConnectorStage stage;
  const std::string id(200, 'p');
  stage.bring(Json::array({person(id, "ann"), person("p2", "bob")}));
  auto connector = stage.connector();
  Json bad = person(id, "ann");
  bad["accountEnabled"] = false;
  bad["uid"] = 0;
  auto generation = begin_delta(connector);
  put_people(connector, generation, Json::array({bad}));
  commit(connector, generation, kPeople);
  assert_true(stage.standing_of("ann") == CentralRecord::Standing::disabled);
  assert_true(stage.standing_of("bob") == CentralRecord::Standing::enabled);

  generation = begin_delta(connector);
  put_people(connector, generation, Json::array({person(id, "ann")}));
  commit(connector, generation, kPeople);
  assert_true(stage.standing_of("ann") == CentralRecord::Standing::enabled);

  generation = begin_full(connector, kPeople);
  put_people(connector, generation, Json::array({bad, person("p2", "bob")}));
  connector.call("Commit", parameters(generation, {{"removeAbsent", false},
                                                   {"upToDate", kPeople}}));
  assert_true(stage.standing_of("ann") == CentralRecord::Standing::disabled);
}

TEST("a refused device is gone, and a refused group is as it was") {
  ConnectorStage stage;
  const Json kinds = Json::array({"people", "devices"});
  Json group = {{"id", "g1"},
                {"names", Json::array()},
                {"displayName", "Admins"},
                {"members", Json::array({"p1"})},
                {"memberOf", Json::array()}};
  Json device = {{"deviceId", "d1"},
                 {"accountEnabled", true},
                 {"isCompliant", true},
                 {"extensionAttributes", Json::object()},
                 {"owners", Json::array({"p1"})},
                 {"sshKeys", Json::array()}};
  auto connector = stage.connector();
  const auto bring = [&](std::int64_t generation) {
    connector.call("PutGroups",
                   parameters(generation, {{"groups", Json::array({group})}}));
    connector.call(
        "PutDevices",
        parameters(generation, {{"devices", Json::array({device})}}));
    commit(connector, generation, kinds);
  };
  const auto first = begin_full(connector, kinds);
  put_people(connector, first, Json::array({person("p1", "ann")}));
  bring(first);
  assert_int_equal(stage.status().devices, 1);

  group["members"] = "nobody";
  device["isCompliant"] = "no";
  bring(begin(connector, kinds, false)["parameters"]["generation"]);
  assert_int_equal(stage.status().refused_records, 2);
  assert_int_equal(stage.status().devices, 0);
  assert_true(stage.is_member("ann", "Admins"));
}

TEST("a risk whose record is refused is a high one, in full and in part") {
  const Json kinds = Json::array({"people", "risks"});
  for (const bool full : {true, false}) {
    ConnectorStage stage;
    auto connector = stage.connector();
    const auto first = begin_full(connector, kinds);
    put_people(connector, first, Json::array({person("p1", "ann")}));
    commit(connector, first, kinds);
    const Json only = Json::array({"risks"});
    const auto generation =
        begin(connector, only, full)["parameters"]["generation"];
    const Json bad = {{"id", "p1"}, {"riskLevel", 0}, {"riskState", "none"}};
    const Json reply = connector.call(
        "PutRisks", parameters(generation, {{"risks", Json::array({bad})}}));
    assert_int_equal(reply["parameters"]["refused"].size(), 1);
    commit(connector, generation, only);
    assert_true(stage.risk_of("ann") == RiskLevel::high);
  }
}

TEST("a message of nothings is answered with a sentence") {
  ConnectorStage stage;
  stage.bring(Json::array({person("p1", "ann")}));
  auto connector = stage.connector();
  const auto generation = begin_delta(connector);
  const Json nothings = Json::array_t(349'495, Json::array());
  Captured log(STDERR_FILENO);
  const Json reply = connector.call(
      "PutPeople", parameters(generation, {{"people", nothings}}));
  assert_string_equal(error_of(reply).c_str(), "Malformed");
  assert_true(reply.dump().size() < 512);
  assert_int_equal(count_of(log.text(), "refused="), 0);
  const Json over = connector.call(
      "Commit",
      parameters(generation, {{"removeAbsent", false}, {"upToDate", kPeople}}));
  assert_string_equal(error_of(over).c_str(), "WrongGeneration");
  assert_true(begin_delta(connector) > 0);
}

TEST("a connector causes one line a minute of each kind, the first at once") {
  ConnectorStage stage;
  auto connector = stage.connector();
  const auto generation = begin_full(connector, kPeople);
  Captured log(STDERR_FILENO);
  const auto complain = [&](int from) {
    for (int i = from; i < from + 3; ++i) {
      connector.call("ReportTrouble",
                     {{"source", "test"}, {"message", std::to_string(i)}});
      put_people(connector, generation, Json::array({i}));
    }
  };
  complain(0);
  stage.agent.clock.pass(std::chrono::seconds(61));
  complain(2);
  const std::string said = log.text();
  assert_int_equal(count_of(said, "trouble="), 2);
  // What was left out a minute ago is said now.
  assert_int_equal(count_of(said, "trouble=\"0\""), 1);
  assert_int_equal(count_of(said, "trouble=\"2\""), 1);
  assert_int_equal(count_of(said, "refused=1"), 2);
}

TEST("a generation takes records of its kinds alone") {
  ConnectorStage stage;
  auto connector = stage.connector();
  const auto generation = begin_full(connector, kPeople);
  const Json reply =
      connector.call("PutRisks", parameters(generation, {{"risks", {}}}));
  assert_string_equal(error_of(reply).c_str(), "InvalidParameter");
  const Json of_other_kind = connector.call(
      "PutRisks", parameters(generation, {{"risks", Json::array()}}));
  assert_string_equal(error_of(of_other_kind).c_str(), "Malformed");
}

TEST("a kind that is not known, and none at all, begin nothing") {
  ConnectorStage stage;
  auto connector = stage.connector();
  for (const Json& kinds :
       {Json::array(), Json::array({"peoples"}), Json::array({"people", 1})}) {
    const Json reply = begin(connector, kinds);
    assert_string_equal(error_of(reply).c_str(), "InvalidParameter");
    assert_string_equal(
        reply["parameters"]["parameter"].get<std::string>().c_str(), "kinds");
  }
}

TEST("a large message is read on a thread of its own, and answered alike") {
  ConnectorStage stage;
  auto connector = stage.connector();
  const auto generation = begin_full(connector, kPeople);
  Json people = Json::array();
  for (int i = 0; i < 5000; ++i) {
    people.push_back(
        person("id-" + std::to_string(i), "user" + std::to_string(i)));
  }
  people[4321]["account"] = "a:b";
  assert_true(people.dump().size() > 10 * kMaxParsedHere);
  const Json refused = put_people(connector, generation, people);
  assert_int_equal(refused.size(), 1);
  assert_string_equal(refused[0]["id"].get<std::string>().c_str(), "id-4321");
  const Json done = commit(connector, generation, kPeople);
  assert_int_equal(done["parameters"]["people"].get<int>(), 4999);
}

TEST("members are added and removed in calls of their own") {
  ConnectorStage stage;
  auto connector = stage.connector();
  const auto generation = begin_full(connector, kPeople);
  put_people(connector, generation,
             Json::array({person("p1", "ann"), person("p2", "bob")}));
  const Json group = {{"id", "g1"},
                      {"names", Json::array()},
                      {"displayName", "Admins"},
                      {"members", Json::array({"p2"})},
                      {"memberOf", Json::array()}};
  const Json put = connector.call(
      "PutGroups", parameters(generation, {{"groups", Json::array({group})}}));
  assert_int_equal(put["parameters"]["refused"].size(), 0);
  const Json add = connector.call(
      "AddMembers",
      parameters(generation,
                 {{"group", "g1"}, {"members", Json::array({"p1", "a\nb"})}}));
  assert_string_equal(error_of(add).c_str(), "");
  connector.call("RemoveMembers",
                 parameters(generation, {{"group", "g1"},
                                         {"members", Json::array({"p2"})}}));
  commit(connector, generation, kPeople);
  assert_true(stage.is_member("ann", "Admins"));
  assert_false(stage.is_member("bob", "Admins"));
  assert_int_equal(stage.status().refused_records, 1);  // "a\nb"
}

TEST("a person who is removed, and one who is absent, can sign in no more") {
  ConnectorStage stage;
  stage.bring(Json::array(
      {person("p1", "ann"), person("p2", "bob"), person("p3", "cem")}));
  auto connector = stage.connector();
  auto generation = begin_delta(connector);
  connector.call("Remove",
                 parameters(generation, {{"ids", Json::array({"p1"})}}));
  commit(connector, generation, kPeople);
  assert_true(stage.standing_of("ann") == CentralRecord::Standing::disabled);

  generation = begin_delta(connector);
  connector.call("Present",
                 parameters(generation, {{"ids", Json::array({"p2"})}}));
  connector.call("Commit", parameters(generation, {{"removeAbsent", true},
                                                   {"upToDate", kPeople}}));
  assert_true(stage.standing_of("bob") == CentralRecord::Standing::enabled);
  assert_true(stage.standing_of("cem") == CentralRecord::Standing::disabled);
}

TEST("a mass disappearance is held, said once at alert level, and stays out") {
  ConnectorStage stage;
  Json people = Json::array();
  for (int i = 0; i < 20; ++i) {
    people.push_back(
        person("p" + std::to_string(i), "user" + std::to_string(i)));
  }
  stage.bring(people);
  auto connector = stage.connector();
  Captured log(STDERR_FILENO);
  for (int again = 0; again < 2; ++again) {
    const auto generation = begin_full(connector, kPeople);
    put_people(connector, generation, Json::array({people[0]}));
    const Json reply = connector.call(
        "Commit", parameters(generation,
                             {{"removeAbsent", false}, {"upToDate", kPeople}}));
    assert_string_equal(error_of(reply).c_str(), "Held");
    assert_false(reply["parameters"]["message"].get<std::string>().empty());
  }
  assert_int_equal(count_of(log.text(), "stays in force"), 1);
  assert_true(stage.standing_of("user19") == CentralRecord::Standing::enabled);
}

TEST("trouble is kept for the status until something is brought") {
  ConnectorStage stage;
  auto connector = stage.connector();
  const Json trouble = {{"source", "test"},
                        {"message", "cannot connect to \x1b[31mldap"},
                        {"nextTryDateTime", "2026-01-01T00:00:30Z"}};
  Captured log(STDERR_FILENO);
  connector.call("ReportTrouble", trouble);
  connector.call("ReportTrouble", trouble);
  const std::string said = log.text();
  assert_int_equal(count_of(said, "trouble="), 1);
  assert_int_equal(count_of(said, "\x1b"), 0);
  const auto& kept = stage.context.connector->trouble;
  assert_true(kept && kept->next_try);
  assert_string_equal(to_iso8601(*kept->next_try).c_str(),
                      "2026-01-01T00:00:30.000000Z");
  stage.bring(Json::array({person("p1", "ann")}));
  assert_false(stage.context.connector->trouble.has_value());

  connector.call("ReportTrouble", trouble);
  connector.call("UpToDate", {{"source", "test"}, {"kinds", kPeople}});
  assert_false(stage.context.connector->trouble.has_value());
}

TEST("who called last, and when, is kept for the status") {
  ConnectorStage stage;
  assert_false(stage.context.connector->last_call.has_value());
  stage.connector().call("GetState");
  assert_true(stage.context.connector->last_uid == kConnectorUid);
  assert_true(stage.context.connector->last_call == stage.agent.now());
}

TEST("an agent without a central directory says which key is missing") {
  ControlStage stage;
  const Json reply = stage.connect_as_connector(root()).call("GetState");
  assert_string_equal(error_of(reply).c_str(), "Unavailable");
  const std::string message = reply["parameters"]["message"];
  assert_true(message.find("connector_user") != message.npos);
}

}  // namespace mfa::control
