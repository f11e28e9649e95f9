// SPDX-License-Identifier: BSD-3-Clause
//
// The password phase: what a policy that asks for a new password makes of it.
// That a real change by pam_unix lets the person in is seen end to end.
#include "tests/check.h"
#include "tests/pam/scripted_agent.h"
#include "tests/pam/stack.h"

using namespace mfa;
using namespace mfa::test;
using wire::Outcome;

namespace {

// pam_permit succeeds and sets no password.
constexpr const char* kLines =
    "auth     [success=ok default=die]                     %M socket=%S\n"
    "account  [success=ok new_authtok_reqd=ok default=die] %M socket=%S\n"
    "password required pam_permit.so\n"
    "password required %M socket=%S\n";

void ask_for_password(Peer& agent) {
  const auto phase = agent.receive_begin().phase;
  if (phase == wire::Phase::account) {
    agent.conclude(Outcome::password_expired, "Choose a new password.");
  } else {
    agent.conclude(Outcome::allow);
  }
}

}  // namespace

TEST("a policy that wants a new password says so in the account phase") {
  ScriptedAgent agent(ask_for_password);
  Application app("sshd", kLines, agent.socket());
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(app.check_account(), PAM_NEW_AUTHTOK_REQD);
  assert_int_equal(app.shown.at(0).style, PAM_TEXT_INFO);
  assert_string_equal(app.shown[0].text.c_str(), "Choose a new password.");
}

TEST("where no new password is due the password phase is not ours") {
  ScriptedAgent agent(allow);
  Application app("sshd", kLines, agent.socket());
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(app.check_account(), PAM_SUCCESS);
  agent.end();
  assert_int_equal(pam_chauthtok(app.handle(), 0), PAM_SUCCESS);
  Application passwd("passwd", kLines, agent.socket());
  assert_int_equal(pam_chauthtok(passwd.handle(), 0), PAM_SUCCESS);
}

TEST("a line before which no password was set does not pass for a change") {
  ScriptedAgent agent(ask_for_password);
  Application app("sshd", kLines, agent.socket());
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(app.check_account(), PAM_NEW_AUTHTOK_REQD);
  agent.end();
  assert_int_equal(pam_chauthtok(app.handle(), PAM_CHANGE_EXPIRED_AUTHTOK),
                   PAM_AUTHTOK_ERR);
}

TEST("a new password that is due is due to that person and service alone") {
  ScriptedAgent agent(ask_for_password);
  Application app("sshd", kLines, agent.socket());
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(app.check_account(), PAM_NEW_AUTHTOK_REQD);
  agent.end();
  app.set_item(PAM_USER, "bob");
  assert_int_equal(pam_chauthtok(app.handle(), PAM_CHANGE_EXPIRED_AUTHTOK),
                   PAM_SUCCESS);
}
