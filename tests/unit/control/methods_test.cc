// SPDX-License-Identifier: BSD-3-Clause
#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/unique_fd.h"
#include "tests/check.h"
#include "tests/unit/control/captured.h"
#include "tests/unit/control/stage.h"

namespace mfa::control {
namespace {

std::string text(const Json& json, const char* path) {
  return json.at(Json::json_pointer(path)).get<std::string>();
}

// The code that an app would show for the base32 key of AddMethod's reply.
std::string code_of(const ControlStage& stage, const std::string& base32) {
  char* seed = nullptr;
  std::size_t size = 0;
  assert_int_equal(
      oath_base32_decode(base32.data(), base32.size(), &seed, &size), OATH_OK);
  char code[7] = {};
  const time_t now = std::chrono::duration_cast<std::chrono::seconds>(
                         stage.agent.now().time_since_epoch())
                         .count();
  oath_totp_generate(seed, size, now, 30, 0, 6, code);
  free(seed);
  return code;
}

std::string other_than(std::string code) {
  code[0] = code[0] == '9' ? '0' : static_cast<char>(code[0] + 1);
  return code;
}

Json added(ControlStage& stage, Json parameters) {
  const Json reply = stage.call(root(), "AddMethod", parameters);
  assert_string_equal(error_of(reply).c_str(), "");
  return reply["parameters"];
}

std::string state_of(ControlStage& stage, const std::string& user) {
  const Json reply = stage.call(root(), "ListMethods", {{"user", user}});
  const Json& methods = reply["parameters"]["methods"];
  return methods.empty() ? "none" : text(methods[0], "/state");
}

void assert_error(ControlStage& stage, const char* method, Json parameters,
                  const char* expected, const char* words) {
  const Json reply = stage.call(root(), method, parameters);
  assert_string_equal(error_of(reply).c_str(), expected);
  assert_non_null(strstr(text(reply, "/parameters/message").c_str(), words));
}

}  // namespace

TEST("a method that was added counts for nothing until a code has proved it") {
  ControlStage stage;
  const Json reply = added(stage, {{"user", "alice"}, {"label", "Phone"}});
  assert_string_equal(text(reply, "/method/state").c_str(), "pending");
  assert_string_equal(text(reply, "/method/label").c_str(), "Phone");
  const std::string id = text(reply, "/method/id");
  const std::string code = code_of(stage, text(reply, "/secret"));
  assert_error(stage, "ConfirmMethod",
               {{"user", "alice"}, {"id", id}, {"code", other_than(code)}},
               "Refused", "");
  assert_string_equal(state_of(stage, "alice").c_str(), "pending");
  const Json confirmed = stage.call(
      root(), "ConfirmMethod", {{"user", "alice"}, {"id", id}, {"code", code}});
  assert_string_equal(error_of(confirmed).c_str(), "");
  assert_string_equal(state_of(stage, "alice").c_str(), "active");
}

TEST("a wrong code is never answered with anything that helps to guess") {
  ControlStage stage;
  const Json reply = added(stage, {{"user", "alice"}});
  const std::string code = code_of(stage, text(reply, "/secret"));
  const std::string answer = stage
                                 .call(root(), "ConfirmMethod",
                                       {{"user", "alice"},
                                        {"id", text(reply, "/method/id")},
                                        {"code", other_than(code)}})
                                 .dump();
  assert_null(strstr(answer.c_str(), code.c_str()));
  assert_null(strstr(answer.c_str(), text(reply, "/secret").c_str()));
}

TEST("what is no code is refused before the store sees it") {
  ControlStage stage;
  const Json reply = added(stage, {{"user", "alice"}});
  for (const char* code : {"", "12345", "123456789", "abcdef", "0x1E24",
                           "+12345", "\xd9\xa1\xd9\xa2\xd9\xa3"}) {
    assert_error(
        stage, "ConfirmMethod",
        {{"user", "alice"}, {"id", text(reply, "/method/id")}, {"code", code}},
        "Refused", "6 to 8 digits");
  }
}

TEST("a method added without confirmation is in force at once") {
  ControlStage stage;
  const Json reply = added(stage, {{"user", "alice"}, {"confirm", false}});
  assert_string_equal(text(reply, "/method/state").c_str(), "active");
}

TEST("the link names issuer, person and the parameters that were asked for") {
  ControlStage stage;
  Config config;
  config.totp.issuer = "Example Org";
  stage.agent.reload(config);
  const Json reply = added(stage, {{"user", "alice"},
                                   {"algorithm", "sha-256"},
                                   {"digits", 8},
                                   {"period", 60}});
  const std::string uri = text(reply, "/otpauth");
  for (const char* part :
       {"otpauth://totp/Example%20Org:alice?", "issuer=Example%20Org",
        "algorithm=SHA256", "digits=8", "period=60"}) {
    assert_non_null(strstr(uri.c_str(), part));
  }
  assert_non_null(strstr(uri.c_str(), text(reply, "/secret").c_str()));
}

TEST("a method is bound to the account's canonical name and uid") {
  ControlStage stage;
  stage.agent.people.people.insert(
      {"Alice", stage.agent.people.people.at("alice")});
  const Json reply = added(stage, {{"user", "Alice"}, {"confirm", false}});
  assert_string_equal(text(reply, "/user").c_str(), "alice");
  const Json shown = stage.call(root(), "ShowUser", {{"user", "alice"}});
  assert_int_equal(shown["parameters"]["user"]["registeredUid"].get<int>(),
                   1000);
}

TEST("a secret is in the reply to AddMethod and in no later one") {
  ControlStage stage;
  const std::string secret =
      text(added(stage, {{"user", "alice"}, {"confirm", false}}), "/secret");
  for (const char* method : {"ListMethods", "ShowUser"}) {
    const std::string reply =
        stage.call(root(), method, {{"user", "alice"}}).dump();
    assert_null(strstr(reply.c_str(), secret.c_str()));
    assert_null(strstr(reply.c_str(), "otpauth"));
  }
}

TEST("what cannot be added says why and what to do") {
  ControlStage stage;
  assert_error(stage, "AddMethod", {{"user", "nobody-here"}}, "NotFound",
               "getent passwd");
  assert_error(stage, "AddMethod", {{"user", "../root"}}, "Malformed", "name");
  assert_error(stage, "AddMethod", {{"user", "alice"}, {"kind", "sms"}},
               "Malformed", "totp");
  assert_error(stage, "AddMethod", {{"user", "alice"}, {"digits", 5}},
               "Malformed", "6, 7 or 8");
  assert_error(stage, "AddMethod", {{"user", "alice"}, {"digits", 4294967302}},
               "Malformed", "6, 7 or 8");
  assert_error(stage, "AddMethod", {{"user", "alice"}, {"period", 45}},
               "Malformed", "30 or 60");
  assert_error(stage, "AddMethod", {{"user", "alice"}, {"algorithm", "MD5"}},
               "Malformed", "SHA1");
  assert_error(stage, "AddMethod", {{"user", "alice"}, {"label", "a\x1b[2J"}},
               "Malformed", "label");
  assert_error(stage, "AddMethod",
               {{"user", "alice"}, {"label", std::string(65, 'x')}},
               "Malformed", "label");
  assert_string_equal(state_of(stage, "alice").c_str(), "none");
}

TEST("the methods of an account that is gone can be seen and removed") {
  ControlStage stage;
  const Json reply = added(stage, {{"user", "alice"}, {"confirm", false}});
  stage.agent.people.people.clear();
  const Json shown = stage.call(root(), "ShowUser", {{"user", "alice"}});
  assert_true(shown["parameters"]["user"]["uid"].is_null());
  const Json removed =
      stage.call(root(), "RemoveMethod",
                 {{"user", "alice"}, {"id", text(reply, "/method/label")}});
  assert_string_equal(text(removed, "/parameters/method/id").c_str(),
                      text(reply, "/method/id").c_str());
  assert_error(stage, "ShowUser", {{"user", "alice"}}, "NotFound", "account");
}

TEST("while the directory is silent nobody is enrolled under a guessed name") {
  ControlStage stage;
  stage.agent.people.silent = true;
  assert_error(stage, "AddMethod", {{"user", "alice"}}, "Unavailable",
               "getent passwd");
}

TEST("what an administrator changes is logged: who, what, on whom, no secret") {
  ControlStage stage;
  Captured log(STDERR_FILENO);
  const Json reply =
      stage.call(Peer{1005, 1005, 77, {kAdminGid}}, "AddMethod",
                 {{"user", "alice"}, {"label", "Phone"}, {"confirm", false}});
  stage.call(root(), "UnlockUser", {{"user", "alice"}});
  stage.call(root(), "ResetGrace", {{"user", "bob"}});
  stage.call(root(), "RemoveMethod", {{"user", "alice"}, {"id", "Phone"}});
  const std::string lines = log.text();
  for (const char* part :
       {"control change=add_method by_uid=1005 by_pid=77 user=\"alice\"",
        "label=\"Phone\"", "control change=unlock by_uid=0",
        "control change=reset_grace by_uid=0 by_pid=1 user=\"bob\"",
        "control change=remove_method by_uid=0"}) {
    assert_non_null(strstr(lines.c_str(), part));
  }
  assert_null(strstr(lines.c_str(), text(reply, "/parameters/secret").c_str()));
}

TEST("what was refused is not logged as a change") {
  ControlStage stage;
  Captured log(STDERR_FILENO);
  stage.call(somebody(1001), "UnlockUser", {{"user", "alice"}});
  stage.call(root(), "RemoveMethod", {{"user", "alice"}, {"id", "Phone"}});
  assert_null(strstr(log.text().c_str(), "change="));
}

TEST("a person with a fresh account has all the days to register") {
  ControlStage stage;
  const Json reply =
      stage.call(somebody(1000), "ShowUser", {{"user", "alice"}});
  const Json& user = reply["parameters"]["user"];
  assert_int_equal(user["registration"]["graceDaysLeft"].get<int>(), 14);
  assert_true(user["registration"]["graceStartedDateTime"].is_null());
  assert_false(user["registration"]["registered"].get<bool>());
}

}  // namespace mfa::control
