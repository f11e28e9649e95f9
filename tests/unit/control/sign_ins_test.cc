// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "tests/check.h"
#include "tests/unit/control/stage.h"

namespace mfa::control {
namespace {

using namespace std::literals;

std::string id_at(const Json& reply, std::size_t i) {
  return reply["parameters"]["signIns"].at(i)["id"].get<std::string>();
}

std::size_t count(const Json& reply) {
  return reply["parameters"]["signIns"].size();
}

const Json kMore = {{"more", true}};

ControlStage::Client following(ControlStage& stage, const Json& parameters) {
  stage.context.times.poll = std::chrono::milliseconds(1);
  auto client = stage.connect(root());
  Json all = parameters;
  all["follow"] = true;
  client.send("SignIns", all, kMore);
  return client;
}

}  // namespace

TEST("the newest sign-ins come oldest first, of one person where asked") {
  ControlStage stage;
  stage.log_sign_in("alice", Reason::wrong_code);
  const auto second = stage.log_sign_in("bob", Reason::verified);
  const auto third = stage.log_sign_in("alice", Reason::replayed_code);
  const Json last_two = stage.call(root(), "SignIns", {{"limit", 2}});
  assert_int_equal(count(last_two), 2);
  assert_string_equal(id_at(last_two, 0).c_str(), second.c_str());
  const Json alices = stage.call(root(), "SignIns", {{"user", "alice"}});
  assert_int_equal(count(alices), 2);
  assert_string_equal(id_at(alices, 1).c_str(), third.c_str());
}

TEST("sign-ins under a name that is no account are found by that name") {
  ControlStage stage;
  stage.log_sign_in("r00t; rm", Reason::unknown_user);
  const Json found = stage.call(root(), "SignIns", {{"user", "r00t; rm"}});
  assert_int_equal(count(found), 1);
}

TEST("sign-ins since a time leave out the older ones") {
  ControlStage stage;
  stage.log_sign_in("alice", Reason::wrong_code);
  stage.agent.clock.pass(std::chrono::hours(2));
  const auto since = std::chrono::duration_cast<std::chrono::seconds>(
      stage.agent.now().time_since_epoch());
  stage.log_sign_in("alice", Reason::wrong_code);
  const Json found = stage.call(root(), "SignIns", {{"since", since.count()}});
  assert_int_equal(count(found), 1);
}

TEST("a long list comes in pages to who takes them, else only its newest") {
  ControlStage stage;
  for (int i = 0; i < 120; ++i) stage.log_sign_in("alice", Reason::wrong_code);
  const Json one = stage.call(root(), "SignIns", {{"limit", 1000}});
  assert_int_equal(count(one), kSignInsPerReply);
  auto client = stage.connect(root());
  client.send("SignIns", {{"limit", 1000}}, kMore);
  std::size_t all = 0;
  for (const bool continues : {true, true, false}) {
    const Json page = client.receive();
    assert_int_equal(page.value("continues", false), continues);
    all += count(page);
  }
  assert_int_equal(all, 120);
  assert_string_equal(error_of(client.call("Status")).c_str(), "");
}

TEST("hostile input 36: a list is never longer than 1000 sign-ins") {
  ControlStage stage;
  for (const std::int64_t limit : {0L, -1L, 1001L, 9223372036854775807L}) {
    const Json reply = stage.call(root(), "SignIns", {{"limit", limit}});
    assert_string_equal(error_of(reply).c_str(), "Malformed");
  }
  const Json reply = stage.call(root(), "SignIns", {{"since", -1}});
  assert_string_equal(error_of(reply).c_str(), "Malformed");
}

TEST("a follower is sent each new sign-in once") {
  ControlStage stage;
  const auto first = stage.log_sign_in("alice", Reason::wrong_code);
  auto client = following(stage, {{"limit", 10}});
  assert_string_equal(id_at(client.receive(), 0).c_str(), first.c_str());
  const auto second = stage.log_sign_in("bob", Reason::wrong_code);
  const Json next = client.receive();
  assert_int_equal(count(next), 1);
  assert_string_equal(id_at(next, 0).c_str(), second.c_str());
  const auto third = stage.log_sign_in("bob", Reason::wrong_code);
  assert_string_equal(id_at(client.receive(), 0).c_str(), third.c_str());
}

TEST("a follower sees a sign-in once its account phase came, not before") {
  ControlStage stage;
  auto client = following(stage, Json::object());
  const auto waiting =
      stage.log_sign_in("alice", Reason::verified, SignInStatus::unconfirmed);
  const auto other = stage.log_sign_in("bob", Reason::wrong_code);
  assert_string_equal(id_at(client.receive(), 0).c_str(), other.c_str());
  stage.confirm_sign_in(waiting);
  const Json confirmed = client.receive();
  assert_string_equal(id_at(confirmed, 0).c_str(), waiting.c_str());
  assert_int_equal(
      confirmed["parameters"]["signIns"][0]["status"]["errorCode"].get<int>(),
      0);
}

TEST("a follower is told of a sign-in that nobody confirms") {
  ControlStage stage;
  auto client = following(stage, Json::object());
  const auto waiting =
      stage.log_sign_in("alice", Reason::verified, SignInStatus::unconfirmed);
  const auto other = stage.log_sign_in("bob", Reason::wrong_code);
  assert_string_equal(id_at(client.receive(), 0).c_str(), other.c_str());
  stage.agent.clock.pass(stage.context.times.settle);
  const Json settled = client.receive();
  assert_string_equal(id_at(settled, 0).c_str(), waiting.c_str());
  assert_int_equal(
      settled["parameters"]["signIns"][0]["status"]["errorCode"].get<int>(),
      -1);
}

TEST("following needs a caller who takes many replies") {
  ControlStage stage;
  const Json reply = stage.call(root(), "SignIns", {{"follow", true}});
  assert_string_equal(error_of(reply).c_str(), "ExpectedMore");
}

TEST(
    "hostile input 38: the seventeenth follower is refused, a free seat "
    "found") {
  ControlStage stage;
  std::vector<ControlStage::Client> followers;
  for (std::size_t i = 0; i < kMaxFollowers; ++i) {
    followers.push_back(following(stage, Json::object()));
  }
  while (stage.context.load->followers < kMaxFollowers) stage.turn();
  auto refused = following(stage, Json::object());
  assert_string_equal(error_of(refused.receive()).c_str(), "Unavailable");
  followers.front().hang_up();
  while (stage.context.load->followers == kMaxFollowers) stage.turn();
  auto late = following(stage, Json::object());
  while (stage.context.load->followers < kMaxFollowers) stage.turn();
}

TEST("hostile input 38: a byte sent while following ends the following") {
  ControlStage stage;
  auto client = following(stage, Json::object());
  while (stage.context.load->followers == 0) stage.turn();
  client.send_bytes("x");
  while (stage.context.load->followers > 0) stage.turn();
  const Json last = client.receive();
  assert_false(last.contains("continues"));
}

TEST("hostile input 38: who sent a byte and went is no follower any more") {
  ControlStage stage;
  auto client = following(stage, Json::object());
  while (stage.context.load->followers == 0) stage.turn();
  client.send_bytes("x");
  client.hang_up();
  while (stage.context.load->connections > 0) stage.turn();
  assert_int_equal(stage.context.load->followers, 0);
}

TEST("hostile input 38: bytes behind the request to follow end it, too") {
  ControlStage stage;
  stage.context.times.poll = std::chrono::milliseconds(1);
  auto client = stage.connect(root());
  client.send_bytes(R"({"method":"org.pammfa.Control.SignIns","more":true,)"
                    R"("parameters":{"follow":true}})"
                    "\0x"s);
  assert_false(client.receive().contains("continues"));
}

TEST("hostile input 38: nobody follows without being there to be told") {
  ControlStage stage;
  auto client = stage.connect(root());
  client.send("SignIns", {{"follow", true}},
              {{"more", true}, {"oneway", true}});
  assert_string_equal(error_of(client.receive()).c_str(), "Malformed");
  assert_int_equal(stage.context.load->followers, 0);
}

TEST("a sign-in is explained with its reason, its remedy and the person") {
  ControlStage stage;
  const auto id = stage.log_sign_in("alice", Reason::clock_skew);
  const Json reply =
      stage.call(root(), "Explain", {{"id", id.substr(0, 8)}})["parameters"];
  assert_string_equal(reply["signIn"]["id"].get<std::string>().c_str(),
                      id.c_str());
  assert_non_null(strstr(reply["remedy"].get<std::string>().c_str(), "clock"));
  assert_string_equal(reply["user"]["user"].get<std::string>().c_str(),
                      "alice");
}

TEST("an id that cannot be explained is told apart: short, unknown, many") {
  ControlStage stage;
  stage.log_sign_in("alice", Reason::wrong_code);
  const auto error_for = [&](const std::string& id) {
    return error_of(stage.call(root(), "Explain", {{"id", id}}));
  };
  assert_string_equal(error_for("0000000").c_str(), "Malformed");
  assert_string_equal(error_for("%%%%%%%%").c_str(), "Malformed");
  assert_string_equal(error_for("deadbeef").c_str(), "NotFound");
  for (int i = 0; i < 2; ++i) stage.log_sign_in("alice", Reason::wrong_code);
  assert_string_equal(error_for("00000001").c_str(), "");
}

}  // namespace mfa::control
