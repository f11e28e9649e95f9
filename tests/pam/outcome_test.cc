// SPDX-License-Identifier: BSD-3-Clause
//
// Which PAM code each ending becomes (security.md 4.3).
#include <syslog.h>

#include "tests/check.h"
#include "tests/pam/interpose.h"
#include "tests/pam/scripted_agent.h"
#include "tests/pam/stack.h"

using namespace mfa;
using namespace mfa::test;
using wire::Outcome;

namespace {

struct Expected {
  Outcome outcome;
  int in_authentication;
  int in_account;
};
constexpr Expected kExpected[] = {
    {Outcome::allow, PAM_SUCCESS, PAM_SUCCESS},
    {Outcome::wrong, PAM_AUTH_ERR, PAM_AUTH_ERR},
    {Outcome::tries_spent, PAM_MAXTRIES, PAM_MAXTRIES},
    {Outcome::policy_denies, PAM_PERM_DENIED, PAM_PERM_DENIED},
    {Outcome::unavailable, PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL},
    {Outcome::misconfigured, PAM_SERVICE_ERR, PAM_SERVICE_ERR},
    {Outcome::conversation_failed, PAM_CONV_ERR, PAM_CONV_ERR},
    {Outcome::password_expired, PAM_AUTH_ERR, PAM_NEW_AUTHTOK_REQD},
    {Outcome::internal_error, PAM_SYSTEM_ERR, PAM_SYSTEM_ERR},
};

}  // namespace

TEST("each verdict becomes its code in the authentication phase") {
  for (const Expected& expected : kExpected) {
    ScriptedAgent agent(deny(expected.outcome));
    auto app = Application::usual("sshd", agent.socket());
    assert_int_equal(app.authenticate(), expected.in_authentication);
  }
}

TEST("each verdict becomes its code in the account phase") {
  for (const Expected& expected : kExpected) {
    ScriptedAgent agent(deny(expected.outcome));
    auto app = Application::usual("sshd", agent.socket());
    assert_int_equal(app.check_account(), expected.in_account);
  }
}

TEST("every failure asks for the same delay, success for none") {
  for (const Expected& expected : kExpected) {
    ScriptedAgent agent(deny(expected.outcome));
    auto app = Application::usual("sshd", agent.socket());
    const bool allowed = app.authenticate() == PAM_SUCCESS;
    assert_int_equal(app.delays.size(), 1);
    // libpam varies what was asked for, 2 s, by up to a half.
    if (allowed) continue;
    assert_in_range(app.delays[0], 1'000'000, 3'000'000);
  }
  auto app = Application::usual("sshd", "/nonexistent/sign-in.sock");
  assert_int_equal(app.authenticate(), PAM_AUTHINFO_UNAVAIL);
  assert_in_range(app.delays.at(0), 1'000'000, 3'000'000);
}

TEST("a denial is logged with its reason, code and correlation id") {
  ScriptedAgent agent(deny(Outcome::policy_denies));
  auto app = Application::usual("sshd", agent.socket());
  forget_log();
  app.authenticate();
  assert_true(was_logged(LOG_NOTICE, "user=\"alice\""));
  assert_true(was_logged(LOG_NOTICE, "11111111-2222-3333-4444-555555555555"));
  assert_true(was_logged(LOG_NOTICE, "outcome=policy_denies"));
  assert_true(was_logged(LOG_NOTICE, "code=PAM_PERM_DENIED"));
}

TEST("a success is logged with `debug` only") {
  ScriptedAgent agent(allow);
  forget_log();
  auto quiet = Application::usual("sshd", agent.socket());
  quiet.authenticate();
  assert_int_equal(log_lines().size(), 0);
  auto loud = Application::usual("sshd", agent.socket(), "debug");
  loud.authenticate();
  assert_true(was_logged(LOG_DEBUG, "allowed user=\"alice\""));
}

TEST("an agent that is not there denies and the log says what to look at") {
  auto app = Application::usual("sshd", "/nonexistent/sign-in.sock");
  forget_log();
  assert_int_equal(app.authenticate(), PAM_AUTHINFO_UNAVAIL);
  assert_true(was_logged(LOG_ERR, "No such file or directory"));
  assert_true(was_logged(LOG_ERR, "is mfa-agent running?"));
}

TEST("setting credentials succeeds always, changing passwords is ignored") {
  auto app = Application::usual("sshd", "/nonexistent/sign-in.sock");
  assert_int_equal(pam_setcred(app.handle(), PAM_ESTABLISH_CRED), PAM_SUCCESS);
  assert_int_equal(pam_setcred(app.handle(), PAM_DELETE_CRED), PAM_SUCCESS);
  // Alone in the stack, IGNORE is what libpam calls permission denied.
  assert_int_equal(pam_chauthtok(app.handle(), 0), PAM_PERM_DENIED);
  Application beside(
      "sshd", "password required %M\npassword required pam_permit.so\n", "");
  assert_int_equal(pam_chauthtok(beside.handle(), 0), PAM_SUCCESS);
}

TEST("a required module that denies is not rescued by one that permits") {
  for (const char* control : {"required", "requisite"}) {
    for (const Expected& expected : kExpected) {
      if (expected.outcome == Outcome::allow) continue;
      ScriptedAgent agent(deny(expected.outcome));
      Application app("sshd",
                      std::string("auth ") + control +
                          " %M socket=%S\nauth required pam_permit.so\n",
                      agent.socket());
      assert_int_not_equal(app.authenticate(), PAM_SUCCESS);
    }
  }
}
