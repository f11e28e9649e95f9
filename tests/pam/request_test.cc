// SPDX-License-Identifier: BSD-3-Clause
//
// What of the PAM items reaches the agent, and how.
#include <locale.h>
#include <security/pam_modules.h>
#include <stdlib.h>
#include <syslog.h>

#include "tests/check.h"
#include "tests/pam/interpose.h"
#include "tests/pam/scripted_agent.h"
#include "tests/pam/stack.h"

using namespace mfa;
using namespace mfa::test;

namespace {

using Prepare = std::function<void(Application&)>;

wire::Begin begin_after(const Prepare& prepare, int flags = 0) {
  ScriptedAgent agent(allow);
  auto app = Application::usual("sshd", agent.socket());
  prepare(app);
  assert_int_equal(app.authenticate(flags), PAM_SUCCESS);
  return agent.heard_begin();
}

wire::Begin begin_with_item(int type, const std::string& value) {
  return begin_after(
      [&](Application& app) { app.set_item(type, value.c_str()); });
}

// Denied by the module itself, with nothing sent.
void expect_no_name(const char* user) {
  ScriptedAgent agent(allow);
  auto app = Application::usual("sshd", agent.socket(), "", user);
  forget_log();
  assert_int_equal(app.authenticate(), PAM_AUTH_ERR);
  assert_int_equal(app.check_account(), PAM_PERM_DENIED);
  assert_true(agent.heard_nothing());
  assert_true(was_logged(LOG_NOTICE, "not a possible name"));
  for (const LogLine& line : log_lines()) {
    assert_true(line.text.size() < 2048);
    for (const char c : line.text) assert_in_range(c, 0x20, 0x7e);
  }
}

// The stack of a service whose first module sets the password, as pam_unix
// does: libpam shows PAM_AUTHTOK to modules only.
bool password_is_given(const char* typed_password) {
  ScriptedAgent agent(allow);
  Application app("sshd",
                  "auth optional pam_unix.so nodelay\n"
                  "auth [success=ok default=die] %M socket=%S\n",
                  agent.socket(), "nobody");
  app.replies.push_back(typed(typed_password));
  app.authenticate();
  return (agent.heard_begin().flags & wire::kFlagPasswordGiven) != 0;
}

}  // namespace

TEST("BEGIN carries what the application told libpam") {
  const wire::Begin begin = begin_after([](Application& app) {
    app.set_item(PAM_RHOST, "192.0.2.7");
    app.set_item(PAM_RUSER, "carol");
    app.set_item(PAM_TTY, "ssh");
    app.set_environment("SSH_CONNECTION=192.0.2.7 4711 192.0.2.1 22");
    app.set_environment("SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAA\n");
  });
  assert_int_equal(begin.phase, wire::Phase::authenticate);
  assert_string_equal(begin.user.c_str(), "alice");
  assert_string_equal(begin.service.c_str(), "sshd");
  assert_string_equal(begin.rhost->c_str(), "192.0.2.7");
  assert_string_equal(begin.ruser->c_str(), "carol");
  assert_string_equal(begin.tty->c_str(), "ssh");
  assert_string_equal(begin.ssh_connection->c_str(),
                      "192.0.2.7 4711 192.0.2.1 22");
  assert_string_equal(begin.ssh_auth_info->c_str(),
                      "publickey ssh-ed25519 AAAA\n");
  assert_string_equal(begin.locale->c_str(), setlocale(LC_MESSAGES, nullptr));
  assert_int_equal(begin.flags, 0);
  assert_in_range(begin.time_left_ms, 45'000, 50'000);
  assert_false(begin.commit_token.has_value());
}

TEST("what was not set is absent, and the process's environment is not read") {
  setenv("SSH_CONNECTION", "203.0.113.1 1 203.0.113.2 22", 1);
  setenv("SSH_AUTH_INFO_0", "publickey forged", 1);
  const wire::Begin begin = begin_after([](Application&) {});
  unsetenv("SSH_CONNECTION");
  unsetenv("SSH_AUTH_INFO_0");
  assert_false(begin.rhost.has_value());
  assert_false(begin.ruser.has_value());
  assert_false(begin.tty.has_value());
  assert_false(begin.ssh_connection.has_value());
  assert_false(begin.ssh_auth_info.has_value());
}

TEST("sshd's password method sends no SSH_AUTH_INFO_0, whatever stands there") {
  for (const char* set : {"SSH_AUTH_INFO_0=", "SSH_AUTH_INFO_0=publickey x"}) {
    const wire::Begin begin = begin_after([&](Application& app) {
      app.set_environment(set);
      app.answer_blindly();
    });
    assert_false(begin.ssh_auth_info.has_value());
  }
}

TEST("every BEGIN has a nonce of its own") {
  const auto nothing = [](Application&) {};
  assert_true(begin_after(nothing).nonce != begin_after(nothing).nonce);
}

TEST("PAM's flags reach the agent") {
  const auto nothing = [](Application&) {};
  assert_int_equal(begin_after(nothing, PAM_SILENT).flags, wire::kFlagSilent);
  assert_int_equal(
      begin_after(nothing,
                  static_cast<int>(PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK))
          .flags,
      wire::kFlagSilent | wire::kFlagDisallowNullAuthtok);
}

TEST("a password that was typed before is known to be given, and stays here") {
  forget_log();
  assert_true(password_is_given("hunter2"));
  assert_false(was_logged_anywhere("hunter2"));
}

TEST("an empty password, or sshd's filler, is no password given") {
  assert_false(password_is_given(""));
  assert_false(password_is_given("\b\n\r\177INC"));
  assert_false(password_is_given("\b\n\r\177INCORRECT\b\n\r\177INCORR"));
  assert_true(password_is_given("\b\n\r\177INCORRECTX"));
}

TEST("a name is asked for where the application has none, as in login") {
  ScriptedAgent agent(allow);
  auto app = Application::usual("login", agent.socket(), "", nullptr);
  app.replies.push_back(typed("bob"));
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_string_equal(agent.heard_begin().user.c_str(), "bob");
}

TEST("hostile input 15: a user name that is missing or empty is denied") {
  expect_no_name("");
  ScriptedAgent agent(allow);
  for (const Reply& reply :
       {typed(""), no_response(), no_text(), conversation_error()}) {
    auto app = Application::usual("login", agent.socket(), "", nullptr);
    app.replies.push_back(reply);
    const int code = app.authenticate();
    if (code != PAM_AUTH_ERR && code != PAM_CONV_ERR) fail_msg("got %d", code);
    assert_true(agent.heard_nothing());
  }
}

TEST("hostile input 16: a user name of 1 MiB is refused before any message") {
  expect_no_name(std::string(1 << 20, 'a').c_str());
  expect_no_name(std::string(wire::kMaxUserName + 1, 'a').c_str());
}

TEST(
    "hostile input 17: control characters in a name deny, escaped in the log") {
  for (const char* user : {"alice\n", "ali\rce", "\x1b[31malice", "a\tb",
                           "a\x7f", "root\nNov 21 sshd: accepted"}) {
    expect_no_name(user);
  }
  expect_no_name(
      "a\xc2\x85"
      "b");
}

TEST("hostile input 17: a name full of format directives is only a name") {
  ScriptedAgent agent(deny(wire::Outcome::wrong));
  auto app = Application::usual("sshd", agent.socket(), "", "%n%s%n%s/..:");
  forget_log();
  assert_int_equal(app.authenticate(), PAM_AUTH_ERR);
  assert_string_equal(agent.heard_begin().user.c_str(), "%n%s%n%s/..:");
  assert_true(was_logged(LOG_NOTICE, "user=\"%n%s%n%s/..:\""));
}

TEST("hostile input 18: a name that is no UTF-8 is denied") {
  for (const char* user : {"ali\xff", "\xc0\xae\xc0\xae", "\xed\xa0\x80",
                           "caf\xe9", "\xf5\x80\x80\x80"}) {
    expect_no_name(user);
  }
}

TEST("hostile input 18: a right-to-left override is escaped in the log") {
  ScriptedAgent agent(deny(wire::Outcome::wrong));
  auto app = Application::usual("sshd", agent.socket(), "", "\u202eecila");
  forget_log();
  assert_int_equal(app.authenticate(), PAM_AUTH_ERR);
  assert_true(was_logged(LOG_NOTICE, "user=\"\\xe2\\x80\\xaeecila\""));
}

TEST("hostile input 19: names reach the agent as they were typed") {
  for (const char* user : {"Alice", "ALICE", "al\u0131ce", "alice "}) {
    ScriptedAgent agent(allow);
    auto app = Application::usual("sshd", agent.socket(), "", user);
    assert_int_equal(app.authenticate(), PAM_SUCCESS);
    assert_string_equal(agent.heard_begin().user.c_str(), user);
    const void* item = nullptr;
    pam_get_item(app.handle(), PAM_USER, &item);
    assert_string_equal(static_cast<const char*>(item), user);
  }
}

TEST("hostile input 21: a remote host is carried as text, never looked up") {
  for (const char* host : {"mail.example.org", "UNKNOWN", "::ffff:192.0.2.1",
                           "fe80::1%eth0", ""}) {
    assert_string_equal(begin_with_item(PAM_RHOST, host).rhost->c_str(), host);
  }
}

TEST("hostile input 21: a host that is too long or no text is still a host") {
  const std::string longest(wire::kMaxItem, 'h');
  assert_true(begin_with_item(PAM_RHOST, longest).rhost == longest);
  for (const std::string& host :
       {longest + "h", std::string("\xff\xfe.evil"), std::string("\xff")}) {
    const wire::Begin begin = begin_with_item(PAM_RHOST, host);
    assert_true(begin.rhost.has_value());
    assert_string_equal(begin.rhost->c_str(), "invalid");
  }
}

TEST("hostile input 22: a terminal is carried as text, never opened") {
  for (const char* tty : {"../../x", "ssh", "/dev/pts/0", "/etc/shadow"}) {
    assert_string_equal(begin_with_item(PAM_TTY, tty).tty->c_str(), tty);
  }
  assert_false(
      begin_with_item(PAM_TTY, std::string(4096, 't')).tty.has_value());
}

TEST("hostile input 23: a remote user never changes who is signed in") {
  const wire::Begin begin = begin_with_item(PAM_RUSER, "root");
  assert_string_equal(begin.user.c_str(), "alice");
  assert_string_equal(begin.ruser->c_str(), "root");
}

TEST("hostile input 23: a remote user that cannot travel is denied") {
  const std::string longest(wire::kMaxItem, 'r');
  assert_true(begin_with_item(PAM_RUSER, longest).ruser == longest);
  for (const std::string& user : {longest + "r", std::string("b\xf6se")}) {
    ScriptedAgent agent(allow);
    auto app = Application::usual("su", agent.socket());
    app.set_item(PAM_RUSER, user.c_str());
    forget_log();
    assert_int_equal(app.authenticate(), PAM_AUTH_ERR);
    assert_int_equal(app.check_account(), PAM_PERM_DENIED);
    assert_true(agent.heard_nothing());
    assert_true(was_logged(LOG_NOTICE, "PAM_RUSER is not UTF-8 or longer"));
  }
}

TEST("hostile input 24: any service asks the agent") {
  for (const char* service : {"other", "sudo-i", "my service"}) {
    ScriptedAgent agent(deny(wire::Outcome::policy_denies));
    auto app = Application::usual(service, agent.socket());
    assert_int_equal(app.authenticate(), PAM_PERM_DENIED);
    assert_string_equal(agent.heard_begin().service.c_str(), service);
  }
}

TEST("SSH_AUTH_INFO_0 of 16 KiB arrives; a longer one is empty, not absent") {
  for (const size_t size : {wire::kMaxSshAuthInfo, wire::kMaxSshAuthInfo + 1}) {
    const wire::Begin begin = begin_after([&](Application& app) {
      const std::string value = "SSH_AUTH_INFO_0=" + std::string(size, 'k');
      app.set_environment(value.c_str());
    });
    assert_true(begin.ssh_auth_info.has_value());
    assert_int_equal(begin.ssh_auth_info->size(),
                     size <= wire::kMaxSshAuthInfo ? size : 0);
  }
}
