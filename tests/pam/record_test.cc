// SPDX-License-Identifier: BSD-3-Clause
//
// The account phase: what the authentication before it allowed, and what it
// does alone.
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

wire::Begin begin_at(const std::vector<wire::Message>& messages, size_t i) {
  return std::get<wire::Begin>(messages.at(i));
}

}  // namespace

TEST("the account phase brings back the commit token of the authentication") {
  ScriptedAgent agent(allow);
  auto app = Application::usual("sshd", agent.socket());
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(app.check_account(), PAM_SUCCESS);
  const auto messages = agent.heard(2);
  const wire::Begin account = begin_at(messages, 1);
  assert_int_equal(account.phase, wire::Phase::account);
  assert_true(account.commit_token == kToken);
  assert_true(account.nonce != begin_at(messages, 0).nonce);
}

TEST("the account phase may run twice, as in Apache") {
  ScriptedAgent agent(allow);
  auto app = Application::usual("apache2", agent.socket());
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(app.check_account(), PAM_SUCCESS);
  assert_int_equal(app.check_account(), PAM_SUCCESS);
  const auto messages = agent.heard(3);
  assert_true(begin_at(messages, 2).commit_token == kToken);
}

TEST("the agent has the last word in the account phase") {
  ScriptedAgent agent([](Peer& peer) {
    const bool first = peer.receive_begin().phase == wire::Phase::authenticate;
    peer.conclude(first ? Outcome::allow : Outcome::policy_denies);
  });
  auto app = Application::usual("sshd", agent.socket());
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(app.check_account(), PAM_PERM_DENIED);
}

TEST("an agent that dies between the phases denies") {
  ScriptedAgent agent(allow);
  auto app = Application::usual("cron", agent.socket());
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  agent.end();
  assert_int_equal(app.check_account(), PAM_AUTHINFO_UNAVAIL);
}

TEST("an account phase alone asks the agent where it is enforced") {
  ScriptedAgent agent(deny(Outcome::policy_denies));
  auto sshd = Application::usual("sshd", agent.socket());
  assert_int_equal(sshd.check_account(), PAM_PERM_DENIED);
  const wire::Begin begin = agent.heard_begin();
  assert_int_equal(begin.phase, wire::Phase::account);
  assert_false(begin.commit_token.has_value());
  for (const char* service : {"sshd-internal", "cockpit"}) {
    auto app = Application::usual(service, agent.socket(),
                                  "enforce_account=cockpit,sshd-internal");
    assert_int_equal(app.check_account(), PAM_PERM_DENIED);
  }
}

TEST("an account phase alone is not in the way of cron, agent or no agent") {
  ScriptedAgent agent(deny(Outcome::policy_denies));
  for (const std::string& socket : {agent.socket(), std::string(kNoAgent)}) {
    for (const char* service : {"cron", "atd", "su", "sudo", "systemd-user"}) {
      auto app = Application::usual(service, socket);
      assert_int_equal(app.check_account(), PAM_SUCCESS);
    }
    auto sshd = Application::usual("sshd", socket, "enforce_account=");
    assert_int_equal(sshd.check_account(), PAM_SUCCESS);
  }
  assert_true(agent.heard_nothing());
}

TEST("an enforced account phase without an agent denies") {
  auto app = Application::usual("sshd", kNoAgent);
  assert_int_equal(app.check_account(), PAM_AUTHINFO_UNAVAIL);
}

TEST("the account phase never asks the person anything") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    const wire::Answer answer = peer.ask();
    peer.conclude(answer.status == wire::AnswerStatus::failed
                      ? Outcome::conversation_failed
                      : Outcome::allow);
  });
  auto app = Application::usual("sshd", agent.socket());
  app.replies.push_back(typed("123456"));
  assert_int_equal(app.check_account(), PAM_CONV_ERR);
  assert_int_equal(app.shown.size(), 0);
}

TEST("the account phase shows why it denies") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    peer.conclude(Outcome::policy_denies, "set AuthenticationMethods");
  });
  auto app = Application::usual("sshd", agent.socket());
  assert_int_equal(app.check_account(), PAM_PERM_DENIED);
  assert_int_equal(app.shown.at(0).style, PAM_ERROR_MSG);
  assert_string_equal(app.shown[0].text.c_str(), "set AuthenticationMethods");
}

TEST("hostile input 26: an authentication that failed denies the account") {
  for (const Outcome outcome :
       {Outcome::wrong, Outcome::unavailable, Outcome::policy_denies}) {
    ScriptedAgent agent([outcome](Peer& peer) {
      const bool first =
          peer.receive_begin().phase == wire::Phase::authenticate;
      peer.conclude(first ? outcome : Outcome::allow);
    });
    auto app = Application::usual("cron", agent.socket());
    assert_int_not_equal(app.authenticate(), PAM_SUCCESS);
    assert_int_equal(app.check_account(), PAM_PERM_DENIED);
  }
  auto no_agent = Application::usual("cron", kNoAgent);
  no_agent.authenticate();
  assert_int_equal(no_agent.check_account(), PAM_PERM_DENIED);
  auto wrong_line = Application::usual("cron", kNoAgent, "typo");
  wrong_line.authenticate();
  assert_int_equal(wrong_line.check_account(), PAM_SERVICE_ERR);
}

TEST("hostile input 26: a second authentication counts, not the first") {
  ScriptedAgent agent([served = 0](Peer& peer) mutable {
    peer.receive_begin();
    peer.conclude(served++ == 0 ? Outcome::allow : Outcome::wrong);
  });
  auto app = Application::usual("cron", agent.socket());
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(app.authenticate(), PAM_AUTH_ERR);
  assert_int_equal(app.check_account(), PAM_PERM_DENIED);
}

TEST("hostile input 26: account after a change of user or service denies") {
  ScriptedAgent agent(allow);
  auto user = Application::usual("cron", agent.socket());
  assert_int_equal(user.authenticate(), PAM_SUCCESS);
  user.set_item(PAM_USER, "root");
  forget_log();
  assert_int_equal(user.check_account(), PAM_PERM_DENIED);
  assert_true(was_logged(LOG_NOTICE, "user=\"root\""));
  user.set_item(PAM_USER, "alice");
  assert_int_equal(user.check_account(), PAM_SUCCESS);

  auto service = Application::usual("cron", agent.socket());
  assert_int_equal(service.authenticate(), PAM_SUCCESS);
  service.change_service("sshd");
  assert_int_equal(service.check_account(), PAM_PERM_DENIED);
}

TEST("hostile input 26: setcred without authentication succeeds") {
  auto app = Application::usual("sudo", kNoAgent);
  assert_int_equal(pam_setcred(app.handle(), PAM_REINITIALIZE_CRED),
                   PAM_SUCCESS);
}

TEST("hostile input 27: a module that stands twice asks the agent twice") {
  ScriptedAgent agent([served = 0](Peer& peer) mutable {
    peer.receive_begin();
    peer.conclude(served++ == 0 ? Outcome::allow : Outcome::wrong);
  });
  Application app("sshd",
                  "auth [success=ok default=die] %M socket=%S\n"
                  "auth [success=ok default=die] %M socket=%S\n"
                  "account [success=ok default=die] %M socket=%S\n",
                  agent.socket());
  assert_int_equal(app.authenticate(), PAM_AUTH_ERR);
  assert_int_equal(agent.heard(2).size(), 2);
  assert_int_equal(app.check_account(), PAM_PERM_DENIED);
}

TEST("an earlier handle's success means nothing to the next") {
  ScriptedAgent agent(allow);
  {
    auto first = Application::usual("sshd", agent.socket());
    assert_int_equal(first.authenticate(), PAM_SUCCESS);
  }
  agent.heard(1);
  auto second = Application::usual("sshd", agent.socket());
  second.check_account();
  assert_false(agent.heard_begin().commit_token.has_value());
}

TEST("a password that policy wants changed is told in the account phase") {
  ScriptedAgent agent([](Peer& peer) {
    const bool first = peer.receive_begin().phase == wire::Phase::authenticate;
    peer.conclude(first ? Outcome::allow : Outcome::password_expired);
  });
  auto app = Application::usual("sshd", agent.socket());
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(app.check_account(), PAM_NEW_AUTHTOK_REQD);
}
