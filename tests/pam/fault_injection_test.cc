// SPDX-License-Identifier: BSD-3-Clause
//
// Every call that can fail does, one after the other. Whatever fails, nobody
// gets in by it: a sign-in in which something failed may succeed only if the
// agent allowed it and everything was kept.
#include <functional>

#include "tests/check.h"
#include "tests/pam/interpose.h"
#include "tests/pam/sanitizer.h"
#include "tests/pam/scripted_agent.h"
#include "tests/pam/stack.h"

using namespace mfa;
using namespace mfa::test;
using wire::Outcome;

namespace {

constexpr int kMoreThanEnough = 5000;

struct Codes {
  int authentication = 0;
  int account = 0;
};

Codes sign_in(const ScriptedAgent& agent) {
  auto app = Application::usual("cron", agent.socket());
  app.replies.push_back(typed("123456"));
  Codes codes;
  codes.authentication = app.authenticate();
  codes.account = app.check_account();
  return codes;
}

// Fails call 1, 2, 3, ... until a sign-in has fewer calls than that; returns
// how many there were.
int for_each_failure(
    Fault kind, bool from_then_on, const ScriptedAgent& agent,
    const std::function<void(const FailingCall&, Codes)>& check) {
  sign_in(agent);  // maps the module, whose C++ library allocates a reserve
  for (int n = 1; n < kMoreThanEnough; ++n) {
    FailingCall call(kind, n, from_then_on);
    const Codes codes = sign_in(agent);
    if (!call.happened()) return n - 1;
    check(call, codes);
  }
  fail_msg("the failures do not end");
  return 0;
}

bool is_denial(int code) { return code != PAM_SUCCESS && code != PAM_IGNORE; }

void allow_after_prompt(Peer& peer) {
  if (peer.receive_begin().phase == wire::Phase::authenticate) peer.ask();
  peer.conclude(Outcome::allow);
}

void deny_after_prompt(Peer& peer) {
  peer.receive_begin();
  peer.ask();
  peer.conclude(Outcome::wrong);
}

}  // namespace

TEST("without memory nobody gets in: every allocation fails once") {
  if (MFA_SANITIZED) skip_because("a sanitizer owns malloc()");
  ScriptedAgent agent(allow_after_prompt);
  const auto check = [](const FailingCall&, Codes codes) {
    // One of the two phases met the failure.
    assert_true(codes.authentication == PAM_BUF_ERR ||
                codes.account == PAM_BUF_ERR);
    assert_true(is_denial(codes.authentication) || is_denial(codes.account));
  };
  const int count = for_each_failure(Fault::allocation, false, agent, check);
  assert_in_range(count, 10, kMoreThanEnough);
}

TEST("without memory nobody gets in: every allocation fails from one on") {
  if (MFA_SANITIZED) skip_because("a sanitizer owns malloc()");
  ScriptedAgent agent(allow_after_prompt);
  for_each_failure(Fault::allocation, true, agent,
                   [](const FailingCall&, Codes codes) {
                     assert_int_equal(codes.account, PAM_BUF_ERR);
                   });
}

TEST("without memory a denial stays a denial") {
  if (MFA_SANITIZED) skip_because("a sanitizer owns malloc()");
  ScriptedAgent agent(deny_after_prompt);
  for (const bool from_then_on : {false, true}) {
    for_each_failure(Fault::allocation, from_then_on, agent,
                     [](const FailingCall&, Codes codes) {
                       assert_true(is_denial(codes.authentication));
                     });
  }
}

TEST("every system call that fails denies") {
  // Where a message does not leave, the module waits for the reply: it must
  // not take 3 s.
  ScriptedAgent agent(allow_after_prompt);
  const int count = for_each_failure(
      Fault::system_call, false, agent,
      [](const FailingCall& call, Codes codes) {
        const int failed = codes.authentication != PAM_SUCCESS
                               ? codes.authentication
                               : codes.account;
        if (!is_denial(failed)) fail_msg("%s let in", call.function());
        assert_true(failed == PAM_SYSTEM_ERR || failed == PAM_AUTHINFO_UNAVAIL);
      });
  assert_in_range(count, 15, 100);
}

TEST("every system call that a signal interrupts is done again") {
  ScriptedAgent agent(allow_after_prompt);
  for_each_failure(
      Fault::interruption, false, agent,
      [](const FailingCall& call, Codes codes) {
        const std::string_view name = call.function();
        // These cannot be interrupted in truth.
        if (name == "socket" || name == "setsockopt" || name == "getsockopt") {
          return;
        }
        if (codes.account != PAM_SUCCESS) {
          fail_msg("an interrupted %s denied", call.function());
        }
      });
}

TEST("every function of libpam that fails denies or leaves an item out") {
  ScriptedAgent agent(allow_after_prompt);
  const int count = for_each_failure(
      Fault::pam_function, false, agent,
      [](const FailingCall& call, Codes codes) {
        const std::string_view name = call.function();
        if (name == "pam_get_item") return;  // PAM_RHOST and the like
        if (!is_denial(codes.authentication) && !is_denial(codes.account)) {
          fail_msg("%s let in", call.function());
        }
      });
  assert_in_range(count, 10, 100);
}

TEST("a denial stays a denial whichever function of libpam fails") {
  ScriptedAgent agent(deny_after_prompt);
  for (const Fault kind : {Fault::pam_function, Fault::system_call}) {
    for_each_failure(kind, false, agent, [](const FailingCall& call, Codes c) {
      if (!is_denial(c.authentication)) fail_msg("%s let in", call.function());
    });
  }
}
