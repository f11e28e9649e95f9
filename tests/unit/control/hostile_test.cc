// SPDX-License-Identifier: BSD-3-Clause
//
// What a caller on the control socket may send that no client would.
#include <fmt/format.h>
#include <string.h>

#include <memory>

#include "tests/check.h"
#include "tests/unit/control/captured.h"
#include "tests/unit/control/stage.h"

namespace mfa::control {
namespace {

using namespace std::literals;

constexpr char kGetInfo[] = R"({"method":"org.varlink.service.GetInfo"})";

std::string message(std::string_view text) { return std::string(text) + '\0'; }

// Malformed input is answered once and ends the connection.
void assert_refused(std::string_view bytes) {
  ControlStage stage;
  auto client = stage.connect(root());
  client.send_bytes(bytes);
  assert_string_equal(error_of(client.receive()).c_str(), "Malformed");
  assert_true(client.closed_by_agent());
  assert_int_equal(stage.context.load->connections, 0);
}

void assert_invalid(const std::string& text, const char* parameter) {
  ControlStage stage;
  auto client = stage.connect(root());
  client.send_bytes(message(text));
  const Json reply = client.receive();
  assert_string_equal(error_of(reply).c_str(), "InvalidParameter");
  assert_string_equal(
      reply["parameters"]["parameter"].get<std::string>().c_str(), parameter);
}

}  // namespace

TEST("hostile input 30: an empty control message is refused") {
  assert_refused("\0"sv);
  assert_refused("\0\0\0\0"sv);
}

TEST("hostile input 31: a control message without end is cut off at 64 KiB") {
  ControlStage stage;
  auto client = stage.connect(root());
  client.send_bytes(std::string(4 * kMaxMessage, ' '));
  assert_true(client.closed_by_agent());
}

TEST("a control message of exactly 64 KiB is still read") {
  ControlStage stage;
  auto client = stage.connect(root());
  std::string text = kGetInfo;
  text.resize(kMaxMessage, ' ');
  client.send_bytes(message(text));
  assert_string_equal(error_of(client.receive()).c_str(), "");
}

TEST("hostile input 85: a control message nested 30,000 deep is refused") {
  assert_refused(message(std::string(30000, '[')));
  std::string objects;
  for (int i = 0; i < 10000; ++i) objects += R"({"a":)";
  assert_refused(message(objects));
}

TEST("an object with more members than any request has is refused unread") {
  const auto with_members = [](std::size_t count) {
    std::string text = R"({"method":"org.varlink.service.GetInfo")";
    text += R"(,"parameters":{"a":["{:::}"])";
    for (std::size_t i = 1; i < count; ++i)
      text += fmt::format(R"(,"{}":0)", i);
    return text + "}}";
  };
  assert_refused(message(with_members(kMaxMembers + 1)));
  assert_invalid(with_members(kMaxMembers), "a");
}

TEST("a control message nested deeper than any request is refused unread") {
  const auto nested = [](std::size_t depth) {
    return R"({"method":"x","parameters":{"a":)" + std::string(depth - 2, '[') +
           std::string(depth - 2, ']') + "}}";
  };
  assert_refused(message(nested(kMaxDepth + 1)));
  ControlStage stage;
  auto client = stage.connect(root());
  client.send_bytes(message(nested(kMaxDepth)));
  assert_string_equal(error_of(client.receive()).c_str(), "MethodNotFound");
}

TEST("brackets inside strings are no nesting") {
  ControlStage stage;
  const Json reply = stage.call(root(), "ListMethods",
                                {{"user", std::string(100, '[') + "\\\""}});
  assert_string_equal(error_of(reply).c_str(), "Malformed");
  const std::string what = reply["parameters"]["message"];
  assert_non_null(strstr(what.c_str(), "cannot be the name"));
}

TEST("what is no JSON object is refused") {
  for (const char* text :
       {"hello", "[]", "3", "null", "\"text\"", "{", "{\"method\":}",
        "{\"method\":\"a\"} {}", "{'method':'a'}", "{\"method\":NaN}"}) {
    assert_refused(message(text));
  }
}

TEST("hostile input 35: bad UTF-8 and lone surrogates are refused") {
  assert_refused(message("{\"method\":\"\xff\xfe\"}"));
  assert_refused(message("{\"method\":\"\xc0\xaf\"}"));
  assert_refused(message(R"({"method":"\ud800"})"));
}

TEST("hostile input 35: an escaped NUL in a name is no name") {
  ControlStage stage;
  auto client = stage.connect(root());
  client.send_bytes(message(R"({"method":"org.pammfa.Control.ListMethods",)"
                            R"("parameters":{"user":"alice\u0000root"}})"));
  assert_string_equal(error_of(client.receive()).c_str(), "Malformed");
  assert_string_equal(
      error_of(client.call("ListMethods", {{"user", "alice"}})).c_str(), "");
}

TEST("a message that names no method is refused") {
  assert_refused(message("{}"));
}

TEST("unknown members and wrong types of a message are named") {
  const std::string method = R"({"method":"org.varlink.service.GetInfo",)";
  assert_invalid(method + R"("upgrade":true})", "upgrade");
  assert_invalid(method + R"("root":true})", "root");
  assert_invalid(method + R"("more":"yes"})", "more");
  assert_invalid(method + R"("oneway":1})", "oneway");
  assert_invalid(method + R"("parameters":[1]})", "parameters");
  assert_invalid(R"({"method":7})", "method");
}

TEST("unknown, missing and wrong parameters are named; the call is not made") {
  ControlStage stage;
  auto client = stage.connect(root());
  const auto assert_named = [&](const char* method, const Json& parameters,
                                const char* name) {
    const Json reply = client.call(method, parameters);
    assert_string_equal(error_of(reply).c_str(), "InvalidParameter");
    assert_string_equal(
        reply["parameters"]["parameter"].get<std::string>().c_str(), name);
  };
  assert_named("Reload", {{"now", true}}, "now");
  assert_named("ListMethods", Json::object(), "user");
  assert_named("ListMethods", {{"user", nullptr}}, "user");
  assert_named("ListMethods", {{"user", 1000}}, "user");
  assert_named("ListMethods", {{"user", {"alice"}}}, "user");
  assert_named("AddMethod", {{"user", "alice"}, {"digits", "6"}}, "digits");
  assert_named("AddMethod", {{"user", "alice"}, {"digits", 6.0}}, "digits");
  assert_named("AddMethod", {{"user", "alice"}, {"confirm", 0}}, "confirm");
  assert_named("SignIns", {{"limit", 18446744073709551615u}}, "limit");
  assert_named("SignIns", {{"limit", 1e300}}, "limit");
  assert_int_equal(stage.reloads, 0);
}

TEST("an unknown control method is named and the connection goes on") {
  ControlStage stage;
  auto client = stage.connect(root());
  const Json reply = client.call("GiveMeEverything");
  assert_string_equal(error_of(reply).c_str(), "MethodNotFound");
  assert_string_equal(reply["parameters"]["method"].get<std::string>().c_str(),
                      "org.pammfa.Control.GiveMeEverything");
  assert_string_equal(error_of(client.call("Status")).c_str(), "");
}

TEST("hostile input 36: pipelined control requests are answered in order") {
  ControlStage stage;
  auto client = stage.connect(root());
  std::string many;
  for (int i = 0; i < 300; ++i) {
    many += message(fmt::format(R"({{"method":"m{}"}})", i));
  }
  client.send_bytes(many);
  for (int i = 0; i < 300; ++i) {
    const Json reply = client.receive();
    const std::string method = reply["parameters"]["method"];
    assert_string_equal(method.c_str(), fmt::format("m{}", i).c_str());
  }
}

TEST(
    "hostile input 37: a byte now and then does not hold a control "
    "connection") {
  ControlStage stage;
  stage.context.times.idle = std::chrono::milliseconds(20);
  auto client = stage.connect(root());
  std::size_t sent = 0;
  while (stage.context.load->connections == 0) stage.turn();
  // Never finishes the message, however often something arrives.
  while (stage.context.load->connections == 1) {
    client.send_bytes(" ");
    ++sent;
  }
  assert_in_range(sent, 2, kMaxMessage);
  assert_true(client.closed_by_agent());
}

TEST("hostile input 37: who does not take its reply is disconnected") {
  ControlStage stage;
  stage.context.times.idle = std::chrono::milliseconds(20);
  ControlStage::Client client(stage, root(), 4096);
  std::string many;
  for (int i = 0; i < 100; ++i) {
    many +=
        message(R"({"method":"org.varlink.service.GetInterfaceDescription",)"
                R"("parameters":{"interface":"org.pammfa.Control"}})");
  }
  client.send_bytes(many);
  while (stage.context.load->connections == 1) stage.turn();
  assert_int_equal(stage.context.load->connections, 0);
}

TEST("hostile input 38: one account has 8 control connections, root the rest") {
  ControlStage stage;
  std::vector<ControlStage::Client> held;
  for (std::size_t i = 0; i < kControlSeats.per_uid; ++i) {
    held.push_back(stage.connect(somebody(1000)));
    held.back().call("org.varlink.service.GetInfo");
  }
  assert_true(stage.connect(somebody(1000)).closed_by_agent());
  auto other = stage.connect(somebody(1001));
  other.call("org.varlink.service.GetInfo");
  held.front().hang_up();
  while (stage.context.load->connections > kControlSeats.per_uid) stage.turn();
  stage.connect(somebody(1000)).call("org.varlink.service.GetInfo");
}

TEST("a seat is taken when the connection comes, not when it first runs") {
  ControlStage stage;
  std::vector<ControlStage::Client> held;
  for (std::size_t i = 0; i < kControlSeats.per_uid + 3; ++i) {
    held.push_back(stage.connect(somebody(1000)));
  }
  assert_int_equal(stage.context.load->connections, kControlSeats.per_uid);
}

TEST("hostile input 38: refusals of one account are logged once a minute") {
  ControlStage stage;
  std::vector<ControlStage::Client> held;
  for (std::size_t i = 0; i < kControlSeats.per_uid; ++i) {
    held.push_back(stage.connect(somebody(1000)));
  }
  std::size_t logged = 0;
  Captured log(STDERR_FILENO);
  for (int i = 0; i < 100; ++i) stage.connect(somebody(1000));
  stage.agent.clock.pass(kRefusalLogInterval);
  for (int i = 0; i < 100; ++i) stage.connect(somebody(1000));
  const std::string text = log.text();
  constexpr std::string_view kLine = "control connection refused";
  for (std::size_t at = text.find(kLine); at != std::string::npos;
       at = text.find(kLine, at + 1)) {
    ++logged;
  }
  assert_int_equal(logged, 2);
  assert_non_null(strstr(text.c_str(), "uid=1000"));
}

TEST("what is connected when the program ends gives up its seats safely") {
  auto stage = std::make_unique<ControlStage>();
  auto client = stage->connect(somebody(1000));
  client.call("org.varlink.service.GetInfo");
  auto follower = stage->connect(root());
  follower.send("SignIns", {{"follow", true}}, {{"more", true}});
  const std::shared_ptr<Load> load = stage->context.load;
  while (load->followers == 0) stage->turn();
  // Each seat keeps it: two connections, a follower; the context and we.
  assert_int_equal(load.use_count(), 5);
  stage->ends_at_once = true;
  stage.reset();
  assert_int_equal(load->connections, 0);
  assert_int_equal(load->followers, 0);
  assert_int_equal(load.use_count(), 1);
}

TEST("hostile input 38: accounts together cannot take root's control seats") {
  ControlStage stage;
  std::vector<ControlStage::Client> held;
  for (uid_t i = 0; i < kControlSeats.ordinary; ++i) {
    held.push_back(stage.connect(somebody(2000 + i)));
    held.back().call("org.varlink.service.GetInfo");
  }
  assert_true(stage.connect(somebody(9000)).closed_by_agent());
  for (std::size_t i = kControlSeats.ordinary; i < kControlSeats.all; ++i) {
    held.push_back(stage.connect(root()));
    held.back().call("org.varlink.service.GetInfo");
  }
  assert_true(stage.connect(root()).closed_by_agent());
}

TEST(
    "hostile input 39: a caller that goes in the middle leaves nothing "
    "behind") {
  ControlStage stage;
  auto client = stage.connect(root());
  client.send("AddMethod", {{"user", "alice"}});
  client.hang_up();
  for (int i = 0; i < 3 || stage.context.load->connections > 0; ++i) {
    stage.turn();
  }
  assert_true(stage.context.load->per_uid.empty());
}

TEST("a oneway call is done and not answered") {
  ControlStage stage;
  auto client = stage.connect(root());
  client.send("Reload", Json::object(), {{"oneway", true}});
  const Json reply = client.call("org.varlink.service.GetInfo");
  assert_string_equal(reply["parameters"]["product"].get<std::string>().c_str(),
                      "mfa-agent");
  assert_int_equal(stage.reloads, 1);
}

}  // namespace mfa::control
