// SPDX-License-Identifier: BSD-3-Clause
#include "varlink/client.h"

#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <filesystem>

#include "tests/check.h"
#include "tests/unit/varlink/scripted_server.h"

namespace mfa::varlink {
namespace {

using test::error_reply;
using test::message;
using test::reply;
using test::ScriptedServer;
using Kind = CallError::Kind;

constexpr std::chrono::milliseconds kPlenty{20'000};
constexpr std::chrono::milliseconds kSoon{50};

Client opened(const ScriptedServer& server) {
  auto client = Client::open(server.path());
  if (!client) fail_msg("no connection: %d", int(client.error().kind));
  return std::move(*client);
}

CallResult<Json> call(const ScriptedServer& server,
                      std::chrono::milliseconds deadline = kPlenty) {
  Client client = opened(server);
  return client.call("org.example.Ask", {{"a", 1}}, deadline);
}

TEST("a call sends its method and parameters and returns the reply's") {
  ScriptedServer server([](const Json&) { return reply({{"b", 2}}); });
  const auto answer = call(server);
  assert_true(answer.has_value());
  assert_int_equal((*answer)["b"].get<int>(), 2);
  assert_string_equal(server.requests().at(0).dump().c_str(),
                      R"({"method":"org.example.Ask","parameters":{"a":1}})");
}

TEST("parameters that are text already are sent as they are") {
  ScriptedServer server([](const Json&) { return reply(Json::object()); });
  Client client = opened(server);
  assert_true(
      client.call_with_text("org.example.Ask", R"({"x":[1,2]})", kPlenty)
          .has_value());
  assert_string_equal(server.requests().at(0)["parameters"].dump().c_str(),
                      R"({"x":[1,2]})");
}

TEST("a reply without parameters is an empty object") {
  ScriptedServer server([](const Json&) { return message(Json::object()); });
  const auto answer = call(server);
  assert_true(answer.has_value());
  assert_true(answer->is_object());
  assert_true(answer->empty());
}

TEST("an error's name and parameters reach the caller, and the next call") {
  int calls = 0;
  ScriptedServer server([&](const Json&) {
    return ++calls == 1 ? error_reply("org.example.No", {{"why", "because"}})
                        : reply({{"b", 3}});
  });
  Client client = opened(server);
  const auto first = client.call("org.example.Ask", Json::object(), kPlenty);
  assert_true(first.error().kind == Kind::from_agent);
  assert_string_equal(first.error().name.c_str(), "org.example.No");
  assert_string_equal(
      first.error().parameters["why"].get<std::string>().c_str(), "because");
  const auto second = client.call("org.example.Ask", Json::object(), kPlenty);
  assert_int_equal((*second)["b"].get<int>(), 3);
}

TEST("a large call and a large reply pass whole") {
  const std::string large(1 << 20, 'x');
  ScriptedServer server([](const Json& request) {
    return reply(
        {{"length", request["parameters"]["t"].get<std::string>().size()},
         {"t", request["parameters"]["t"]}});
  });
  Client client = opened(server);
  const auto answer = client.call("org.example.Ask", {{"t", large}}, kPlenty);
  assert_true(answer.has_value());
  assert_int_equal((*answer)["length"].get<std::size_t>(), large.size());
  assert_true((*answer)["t"].get<std::string>() == large);
}

TEST("a short reply is found right behind a long one that came in pieces") {
  ScriptedServer server([&](const Json&) {
    return message({{"parameters", {{"t", std::string(200'000, 'x')}}},
                    {"continues", true}}) +
           message({{"parameters", {{"t", "y"}}}});
  });
  Client client = opened(server);
  assert_true(
      client.begin_stream("org.example.Watch", Json::object()).has_value());
  assert_int_equal(
      client.receive(kPlenty)->parameters["t"].get<std::string>().size(),
      200'000);
  const auto second = client.receive(kPlenty);
  assert_true(second.has_value());
  assert_string_equal(second->parameters["t"].get<std::string>().c_str(), "y");
}

TEST("a reply above the limit is refused, not stored") {
  ScriptedServer server(
      [](const Json&) { return std::string((16 << 20) + 70'000, 'x'); });
  const auto answer = call(server);
  assert_true(answer.error().kind == Kind::not_varlink);
  assert_string_equal(answer.error().what.c_str(), "size");
}

TEST("what is no JSON object is no reply") {
  for (const char* text : {"", "[]", "{", "no", "\xff", "7"}) {
    ScriptedServer server(
        [&](const Json&) { return std::string(text) + '\0'; });
    const auto answer = call(server);
    assert_true(answer.error().kind == Kind::not_varlink);
    assert_string_equal(answer.error().what.c_str(), "JSON");
  }
}

TEST("members of a wrong type read as absent, and never throw") {
  ScriptedServer server([](const Json&) {
    return message({{"parameters", 7}, {"error", 8}, {"continues", "yes"}});
  });
  const auto answer = call(server);
  assert_true(answer.has_value());
  assert_true(answer->empty());
}

TEST("a peer that hangs up is told from one that is silent") {
  ScriptedServer gone([](const Json&) { return std::nullopt; });
  assert_true(call(gone).error().kind == Kind::hung_up);
  ScriptedServer mute([](const Json&) { return ""; });
  assert_true(call(mute, kSoon).error().kind == Kind::silent);
}

TEST("a reply that drips does not outlast the deadline") {
  ScriptedServer server([](const Json&) { return "{"; });
  assert_true(call(server, kSoon).error().kind == Kind::silent);
}

TEST("a peer that takes nothing does not outlast the deadline") {
  char folder[] = "/tmp/mfa-varlink-XXXXXX";
  assert_non_null(mkdtemp(folder));
  const std::string path = std::string(folder) + "/s";
  const UniqueFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  assert_int_equal(
      bind(listener.get(),
           static_cast<const sockaddr*>(static_cast<const void*>(&address)),
           sizeof address),
      0);
  assert_int_equal(listen(listener.get(), 1), 0);
  auto client = Client::open(path);  // nobody accepts, and nobody reads
  assert_true(client.has_value());
  const std::string large(8 << 20, 'x');
  const auto answer = client->call("org.example.Ask", {{"t", large}}, kSoon);
  assert_true(answer.error().kind == Kind::silent);
  std::filesystem::remove_all(folder);
}

TEST("nobody at the socket, no socket and a path too long are told apart") {
  assert_true(Client::open("/nonexistent/agent.sock").error().kind ==
              Kind::not_running);
  assert_true(Client::open("/" + std::string(200, 'x')).error().kind ==
              Kind::path_too_long);
  assert_true(Client::open("/dev/null").error().kind == Kind::not_running);
  assert_true(Client::open("/etc/hostname/x").error().kind ==
              Kind::cannot_connect);
}

TEST("a socket of a stranger is not spoken to") {
  if (geteuid() != 0) skip_because("only root can become somebody else");
  char folder[] = "/tmp/mfa-varlink-XXXXXX";
  assert_non_null(mkdtemp(folder));
  assert_int_equal(chmod(folder, 0777), 0);
  const std::string path = std::string(folder) + "/s";
  int ready[2];
  int done[2];
  assert_int_equal(pipe(ready), 0);
  assert_int_equal(pipe(done), 0);
  const pid_t child = fork();
  if (child == 0) {
    if (setuid(65533) != 0) _exit(1);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    bind(fd, static_cast<const sockaddr*>(static_cast<const void*>(&address)),
         sizeof address);
    listen(fd, 1);
    char byte = 'r';
    if (write(ready[1], &byte, 1) != 1) _exit(1);
    close(done[1]);
    [[maybe_unused]] const ssize_t n = read(done[0], &byte, 1);
    _exit(0);
  }
  char byte = 0;
  close(ready[1]);
  assert_int_equal(read(ready[0], &byte, 1), 1);
  const auto client = Client::open(path);
  for (const int fd : {ready[0], done[0], done[1]}) close(fd);
  waitpid(child, nullptr, 0);
  std::filesystem::remove_all(folder);
  assert_false(client.has_value());
  assert_true(client.error().kind == Kind::impostor);
  assert_int_equal(client.error().uid, 65533);
}

TEST("a stream gives each reply and says whether more follow") {
  ScriptedServer server([](const Json& request) {
    assert_true(request["more"].get<bool>());
    return message({{"parameters", {{"n", 1}}}, {"continues", true}}) +
           message({{"parameters", {{"n", 2}}}});
  });
  Client client = opened(server);
  assert_true(
      client.begin_stream("org.example.Watch", Json::object()).has_value());
  const auto first = client.receive(kPlenty);
  assert_true(first->continues);
  assert_int_equal(first->parameters["n"].get<int>(), 1);
  const auto second = client.receive(kPlenty);
  assert_false(second->continues);
  assert_int_equal(second->parameters["n"].get<int>(), 2);
}

TEST("what came with an earlier reply is known to wait") {
  ScriptedServer server([](const Json&) {
    return message({{"parameters", {{"n", 1}}}, {"continues", true}}) +
           message({{"parameters", {{"n", 2}}}, {"continues", true}});
  });
  Client client = opened(server);
  assert_false(client.has_message());
  assert_true(
      client.begin_stream("org.example.Watch", Json::object()).has_value());
  assert_true(client.receive(kPlenty).has_value());
  assert_true(client.has_message());
  assert_true(client.receive(kPlenty).has_value());
  assert_false(client.has_message());
}

TEST("a connection is stale once the peer is gone, not before") {
  ScriptedServer server([](const Json&) { return reply(Json::object()); });
  Client client = opened(server);
  assert_true(
      client.call("org.example.Ask", Json::object(), kPlenty).has_value());
  assert_false(client.is_stale());
  server.hang_up();
  assert_true(client.is_stale());
}

}  // namespace
}  // namespace mfa::varlink
