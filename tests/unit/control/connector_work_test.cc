// SPDX-License-Identifier: BSD-3-Clause
//
// What the agent asks of a connector that listens. The clock stands still
// unless a test lets time pass; looking takes no time.
#include <future>

#include "tests/check.h"
#include "tests/unit/control/connector_stage.h"

namespace mfa::control {
namespace {

using Client = ControlStage::Client;

class WorkStage : public ConnectorStage {
 public:
  WorkStage() { context.times.poll = std::chrono::milliseconds(1); }

  // A connector that has heard that the agent is there.
  Client listener() {
    auto client = connector();
    client.send("Work", Json::object(), {{"more", true}});
    assert_true(next(client).is_null());
    return client;
  }
  // The next piece of work; null: the agent is there.
  static Json next(Client& client) {
    const Json reply = client.receive();
    assert_true(reply.value("continues", false));
    return reply["parameters"]["work"];
  }
  // As if a person had passed what a risk policy asked for.
  void queue_report(const std::string& person, DirectoryReport::Action action) {
    const auto id =
        log_sign_in("alice", Reason::verified, SignInStatus::unconfirmed);
    std::promise<bool> confirmed;
    Confirmation confirmation;
    confirmation.id = id;
    confirmation.person = "alice";
    confirmation.report =
        DirectoryReport{0, person, action, "stamp", Instant()};
    agent.store->confirm(std::move(confirmation), [&](const Result<void>& r) {
      confirmed.set_value(!!r);
    });
    assert_true(confirmed.get_future().get());
  }
};

}  // namespace

TEST("an administrator's request for a sync reaches the connector, once") {
  WorkStage stage;
  auto listener = stage.listener();
  assert_true(stage.context.connector->request_sync());
  const Json work = WorkStage::next(listener);
  assert_string_equal(work["action"].get<std::string>().c_str(), "sync");
  stage.agent.clock.pass(std::chrono::minutes(1));
  assert_true(WorkStage::next(listener).is_null());
}

TEST("a sync that nobody heard of waits for the next connector") {
  WorkStage stage;
  assert_false(stage.context.connector->request_sync());
  auto client = stage.connector();
  client.send("Work", Json::object(), {{"more", true}});
  assert_string_equal(
      WorkStage::next(client)["action"].get<std::string>().c_str(), "sync");
}

TEST("a connector that listens hears once a minute that the agent is there") {
  WorkStage stage;
  auto listener = stage.listener();
  for (int minutes = 0; minutes < 3; ++minutes) {
    stage.agent.clock.pass(std::chrono::minutes(1));
    assert_true(WorkStage::next(listener).is_null());
  }
}

TEST("a kind that passed its soft age is asked for, once for each time") {
  WorkStage stage;
  stage.bring(Json::array({person("p1", "ann")}));
  auto listener = stage.listener();
  stage.agent.clock.pass(std::chrono::hours(2));
  const Json first = WorkStage::next(listener);
  const Json second = WorkStage::next(listener);
  assert_true(first.is_null() != second.is_null());  // in either order
  stage.agent.clock.pass(std::chrono::minutes(2));
  assert_true(WorkStage::next(listener).is_null());

  stage.connector().call(
      "UpToDate", {{"source", "test"}, {"kinds", Json::array({"people"})}});
  stage.agent.clock.pass(std::chrono::minutes(2));
  assert_true(WorkStage::next(listener).is_null());
  stage.agent.clock.pass(std::chrono::hours(2));
  assert_true(WorkStage::next(listener).is_null() !=
              WorkStage::next(listener).is_null());
}

TEST("a risk dealt with here is reported until the connector says done") {
  WorkStage stage;
  auto listener = stage.listener();
  stage.queue_report("p1", DirectoryReport::Action::confirm_safe);
  stage.agent.clock.pass(std::chrono::seconds(10));
  const Json work = WorkStage::next(listener);
  assert_string_equal(work["action"].get<std::string>().c_str(), "confirmSafe");
  assert_string_equal(work["person"].get<std::string>().c_str(), "p1");
  assert_true(
      parse_iso8601(work["happenedDateTime"].get<std::string>()).has_value());

  // Not done: it comes again after a while, and to the next one that listens.
  stage.agent.clock.pass(std::chrono::minutes(6));
  const Json again = WorkStage::next(listener);
  assert_true(again == work);
  auto next = stage.connector();
  next.send("Work", Json::object(), {{"more", true}});
  assert_true(WorkStage::next(next) == work);

  auto caller = stage.connector();
  const Json done = caller.call(
      "WorkDone", {{"id", work["id"]}, {"done", true}, {"message", nullptr}});
  assert_string_equal(error_of(done).c_str(), "");
  const Json twice =
      caller.call("WorkDone", {{"id", work["id"]}, {"done", true}});
  assert_string_equal(error_of(twice).c_str(), "NotFound");
  stage.agent.clock.pass(std::chrono::minutes(6));
  assert_true(WorkStage::next(listener).is_null());
}

TEST("work that can never be done is given up, and said so") {
  WorkStage stage;
  auto listener = stage.listener();
  stage.queue_report("p1", DirectoryReport::Action::dismiss_risk);
  stage.agent.clock.pass(std::chrono::seconds(10));
  const Json work = WorkStage::next(listener);
  assert_string_equal(work["action"].get<std::string>().c_str(), "dismissRisk");
  stage.connector().call(
      "WorkDone",
      {{"id", work["id"]}, {"done", false}, {"message", "not permitted"}});
  stage.agent.clock.pass(std::chrono::minutes(6));
  assert_true(WorkStage::next(listener).is_null());
}

TEST("whoever asks for work without taking several replies is told so") {
  WorkStage stage;
  const Json reply = stage.connector().call("Work");
  assert_string_equal(error_of(reply).c_str(), "ExpectedMore");
}

TEST("a connector that stops to listen is not counted as one any more") {
  WorkStage stage;
  {
    auto listener = stage.listener();
    assert_int_equal(stage.context.connector->waiting_for_work, 1);
  }
  while (stage.context.connector->waiting_for_work > 0) stage.turn();
  assert_false(stage.context.connector->request_sync());
}

}  // namespace mfa::control
