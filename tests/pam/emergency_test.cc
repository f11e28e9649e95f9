// SPDX-License-Identifier: BSD-3-Clause
//
// The only way in without the agent.
#include <syslog.h>

#include "tests/check.h"
#include "tests/pam/interpose.h"
#include "tests/pam/scripted_agent.h"
#include "tests/pam/stack.h"

using namespace mfa;
using namespace mfa::test;
using wire::Outcome;

namespace {

constexpr const char* kNoAgent = "/nonexistent/sign-in.sock";
constexpr const char* kArguments = "emergency_user=root,breakglass";

struct Place {
  const char* service = "login";
  const char* tty = "/dev/tty1";
  const char* rhost = "";
};

Application at(const Place& place, const std::string& socket,
               const char* user = "breakglass",
               const char* arguments = kArguments) {
  return Application::usual(place.service, socket, arguments, user);
}

int code_at(const Place& place, const char* user = "breakglass",
            const char* arguments = kArguments) {
  auto app = at(place, kNoAgent, user, arguments);
  if (place.tty) app.set_item(PAM_TTY, place.tty);
  if (place.rhost) app.set_item(PAM_RHOST, place.rhost);
  forget_log();
  return app.authenticate();
}

// At the console, against this agent.
int code_against(const ScriptedAgent& agent) {
  auto app = at({}, agent.socket());
  app.set_item(PAM_TTY, "tty1");
  app.replies.push_back(typed("123456"));
  return app.authenticate();
}

}  // namespace

TEST("an emergency account passes at the console when the agent is dead") {
  for (const char* tty : {"/dev/tty1", "tty1", "tty12", "/dev/ttyS0", "ttyS12",
                          "ttySAC0", "console", "/dev/console"}) {
    assert_int_equal(code_at({.tty = tty}), PAM_SUCCESS);
    assert_true(was_logged(LOG_ALERT, "EMERGENCY ACCESS"));
    assert_true(was_logged(LOG_ALERT, "user=\"breakglass\""));
  }
  assert_int_equal(code_at({.rhost = nullptr}), PAM_SUCCESS);
  assert_int_equal(code_at({}, "root"), PAM_SUCCESS);
}

TEST("nobody else passes, and the emergency account nowhere else") {
  assert_int_equal(code_at({}, "alice"), PAM_AUTHINFO_UNAVAIL);
  assert_int_equal(code_at({}, "breakglas"), PAM_AUTHINFO_UNAVAIL);
  assert_int_equal(code_at({}, "breakglass2"), PAM_AUTHINFO_UNAVAIL);
  assert_int_equal(code_at({}, "breakglass", ""), PAM_AUTHINFO_UNAVAIL);
  for (const char* service : {"sshd", "sudo", "su", "remote", "login2"}) {
    assert_int_equal(code_at({.service = service}), PAM_AUTHINFO_UNAVAIL);
  }
  for (const char* rhost : {"192.0.2.1", "localhost", "::1"}) {
    assert_int_equal(code_at({.rhost = rhost}), PAM_AUTHINFO_UNAVAIL);
  }
  // Hosts that the agent cannot be told, but hosts.
  const std::string too_long(wire::kMaxItem + 1, 'h');
  for (const char* rhost : {"\xff\xfe.evil", "\xff", too_long.c_str()}) {
    assert_int_equal(code_at({.rhost = rhost}), PAM_AUTHINFO_UNAVAIL);
  }
  for (const char* tty :
       {static_cast<const char*>(nullptr), "", "ssh", "pts/0", "/dev/pts/0",
        "tty", "/dev/tty", "ttyS", "ttyp0", "tty1x", "ttyS0/..", "xtty1",
        "/dev//dev/tty1", "consoles", "tty1\n", ":0"}) {
    assert_int_equal(code_at({.tty = tty}), PAM_AUTHINFO_UNAVAIL);
  }
}

TEST("the account phase after emergency access succeeds and is logged") {
  auto app = at({}, kNoAgent);
  app.set_item(PAM_TTY, "/dev/tty1");
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  forget_log();
  assert_int_equal(app.check_account(), PAM_SUCCESS);
  assert_true(was_logged(LOG_ALERT, "EMERGENCY ACCESS"));
  app.set_item(PAM_USER, "alice");
  assert_int_equal(app.check_account(), PAM_PERM_DENIED);
}

TEST("a living agent decides about emergency accounts too") {
  for (const Outcome outcome :
       {Outcome::wrong, Outcome::unavailable, Outcome::misconfigured,
        Outcome::internal_error}) {
    ScriptedAgent agent(deny(outcome));
    assert_int_not_equal(code_against(agent), PAM_SUCCESS);
  }
}

TEST("an agent that says nothing sensible is a dead one") {
  ScriptedAgent closing([](Peer& peer) { peer.receive_begin(); });
  assert_int_equal(code_against(closing), PAM_SUCCESS);
  ScriptedAgent babbling([](Peer& peer) {
    peer.receive_begin();
    peer.send_raw(wire::Bytes{9, 9, 9});
    peer.hang();
  });
  assert_int_equal(code_against(babbling), PAM_SUCCESS);
}

TEST("a person cannot outwait the agent into emergency access") {
  ModuleClock clock(/*skips_waiting=*/false);
  ScriptedAgent agent(ask_then(Outcome::wrong));
  auto app = at({}, agent.socket());
  app.set_item(PAM_TTY, "tty1");
  Reply late = typed("123456");
  late.meanwhile = [&] { clock.advance(60'000); };
  app.replies.push_back(late);
  assert_int_equal(app.authenticate(), PAM_AUTHINFO_UNAVAIL);

  // Nor by an agent that closes because it waited for too long.
  ScriptedAgent impatient([](Peer& peer) {
    peer.receive_begin();
    peer.ask();
  });
  assert_int_equal(code_against(impatient), PAM_AUTHINFO_UNAVAIL);
}

TEST("what fails in this process is no reason for emergency access") {
  ScriptedAgent agent(allow);
  const FailingCall no_socket(Fault::system_call, 1);
  auto app = at({}, agent.socket());
  app.set_item(PAM_TTY, "tty1");
  const int code = app.authenticate();
  assert_true(no_socket.happened());
  if (code == PAM_SUCCESS) fail_msg("let in because of a lack of resources");
}
