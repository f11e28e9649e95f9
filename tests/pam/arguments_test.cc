// SPDX-License-Identifier: BSD-3-Clause
#include <syslog.h>

#include "tests/check.h"
#include "tests/pam/interpose.h"
#include "tests/pam/scripted_agent.h"
#include "tests/pam/stack.h"

using namespace mfa;
using namespace mfa::test;

TEST("a word that is no argument denies, even where the agent would allow") {
  for (const char* words :
       {"debgu", "sockte=/x", "socket=", "socket=relative",
        "timeout=", "timeout=0", "timeout=111", "timeout=-1", "timeout=5s",
        "timeout= 5", "timeout=99999999999999999999",
        "emergency_user=", "emergency_user", "emergency_user=a,,b",
        "emergency_user=a,", "enforce_account=,sshd", "debug=1", "Debug"}) {
    ScriptedAgent agent(allow);
    auto app = Application::usual("sshd", agent.socket(), words);
    forget_log();
    assert_int_equal(app.authenticate(), PAM_SERVICE_ERR);
    assert_int_equal(app.check_account(), PAM_SERVICE_ERR);
    assert_true(was_logged(LOG_ERR, "is no argument"));
    assert_true(agent.heard_nothing());
  }
}

TEST("every wrong argument is named in the log") {
  auto app = Application::usual("sshd", "/x", "nullok timeout=1000 debug");
  forget_log();
  app.authenticate();
  assert_true(was_logged(LOG_ERR, "\"nullok\""));
  assert_true(was_logged(LOG_ERR, "\"timeout=1000\""));
  assert_int_equal(log_lines().size(), 2);
}

TEST("a socket path that fits no address is a wrong argument") {
  const std::string longest = "/" + std::string(106, 'x');
  auto fits = Application::usual("sshd", longest);
  assert_int_equal(fits.authenticate(), PAM_AUTHINFO_UNAVAIL);
  auto too_long = Application::usual("sshd", longest + "x");
  assert_int_equal(too_long.authenticate(), PAM_SERVICE_ERR);
}

TEST("timeout= reaches the agent as the time that is left") {
  ScriptedAgent agent(allow);
  auto app = Application::usual("sshd", agent.socket(), "timeout=7");
  app.authenticate();
  assert_in_range(agent.heard_begin().time_left_ms, 5000, 7000);
}
