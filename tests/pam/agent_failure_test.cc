// SPDX-License-Identifier: BSD-3-Clause
//
// An agent that is dead, slow, confused, or somebody else.
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/pam/interpose.h"
#include "tests/pam/scripted_agent.h"
#include "tests/pam/stack.h"

using namespace mfa;
using namespace mfa::test;
using wire::Outcome;

namespace {

constexpr long kNobody = 65534;
constexpr long kSomebody = 54321;  // a uid of no account

// The code of an authentication in which the person types digits for ever.
int code_against(const ScriptedAgent& agent) {
  auto app = Application::usual("sshd", agent.socket());
  for (int i = 0; i < 200; ++i) app.replies.push_back(typed("123456"));
  forget_log();
  return app.authenticate();
}

void expect_malformed(const Script& script) {
  ScriptedAgent agent(script);
  assert_int_equal(code_against(agent), PAM_AUTHINFO_UNAVAIL);
  assert_true(was_logged(LOG_ERR, "of one version?"));
}

void expect_closed(const Script& script) {
  ScriptedAgent agent(script);
  assert_int_equal(code_against(agent), PAM_AUTHINFO_UNAVAIL);
  assert_true(was_logged(LOG_ERR, "is mfa-agent running?"));
}

// A BEGIN, then this datagram.
Script answering(wire::Bytes bytes) {
  return [bytes](Peer& peer) {
    peer.receive_begin();
    peer.send_raw(bytes);
    peer.hang();
  };
}

// In a child without privileges: its authentication's code.
int code_as_user(uid_t uid, const std::string& socket) {
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    if (setgroups(0, nullptr) != 0 || setresuid(uid, uid, uid) != 0) _exit(99);
    auto app = Application::usual("swaylock", socket);
    _exit(app.authenticate());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void need_root() {
  if (geteuid() != 0) skip_because("only root can be another user");
}

}  // namespace

TEST("a datagram that is no message denies") {
  expect_malformed(answering({0}));
  expect_malformed(answering({1, 99}));
  expect_malformed(answering({2, 18}));
  expect_malformed(answering(wire::Bytes(40, 0xff)));
  expect_malformed(answering(wire::Bytes(wire::kMaxDatagram, 1)));
}

TEST("a datagram longer than any message denies") {
  expect_malformed(answering(wire::Bytes(wire::kMaxDatagram + 1, 0)));
  assert_true(was_logged(LOG_ERR, "a datagram too long"));
  // A verdict that is right as far as it is received, and goes on.
  expect_malformed([](Peer& peer) {
    peer.receive_begin();
    auto bytes = wire::encode(peer.verdict(Outcome::allow)).value();
    bytes.resize(wire::kMaxDatagram + 100);
    peer.send_raw(bytes);
    peer.hang();
  });
}

TEST("a message that only the module may send denies") {
  expect_malformed([](Peer& peer) {
    peer.send(peer.receive_begin());
    peer.hang();
  });
  expect_malformed([](Peer& peer) {
    peer.receive_begin();
    peer.send(wire::Cancel{});
    peer.hang();
  });
}

TEST("an agent that asks without an end denies after 64 messages") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    for (int i = 0; i < 100; ++i) peer.ask();
    peer.conclude(Outcome::allow);
  });
  assert_int_equal(code_against(agent), PAM_AUTHINFO_UNAVAIL);
  assert_true(was_logged(LOG_ERR, "messages without an end"));
  const auto messages = agent.heard(66);
  assert_true(std::holds_alternative<wire::Answer>(messages[64]));
  assert_true(std::holds_alternative<wire::Cancel>(messages[65]));
}

TEST("an agent that tells without an end denies after 64 messages") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    for (int i = 0; i < 100; ++i) peer.tell(wire::TellStyle::info, "again");
    peer.conclude(Outcome::allow);
    peer.hang();
  });
  assert_int_equal(code_against(agent), PAM_AUTHINFO_UNAVAIL);
}

TEST("an agent that closes at any step denies") {
  expect_closed([](Peer&) {});
  expect_closed([](Peer& peer) { peer.receive_begin(); });
  expect_closed([](Peer& peer) {
    peer.receive_begin();
    peer.tell(wire::TellStyle::info, "hello");
  });
  expect_closed([](Peer& peer) {
    peer.receive_begin();
    peer.ask();
  });
  expect_closed([](Peer& peer) {  // while the person types
    peer.receive_begin();
    peer.send(wire::Ask{{}, wire::Echo::on, wire::AnswerForm::digits, "Code"});
  });
}

TEST("a verdict that is sent before the connection ends still counts") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    peer.send(wire::Ask{{}, wire::Echo::on, wire::AnswerForm::digits, "Code"});
    peer.conclude(Outcome::tries_spent);
  });
  assert_int_equal(code_against(agent), PAM_MAXTRIES);
  ScriptedAgent deaf([](Peer& peer) {
    peer.receive_begin();
    peer.send(wire::Ask{{}, wire::Echo::on, wire::AnswerForm::digits, "Code"});
    peer.wait_for_message();
    peer.conclude(Outcome::tries_spent);
  });
  assert_int_equal(code_against(deaf), PAM_MAXTRIES);
}

TEST("an agent that dies does not kill the application with SIGPIPE") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    peer.send(wire::Ask{{}, wire::Echo::on, wire::AnswerForm::digits, "Code"});
  });
  auto app = Application::usual("sshd", agent.socket());
  Reply reply = typed("123456");
  reply.meanwhile = [&] { agent.end(); };
  app.replies.push_back(reply);
  assert_int_equal(app.authenticate(), PAM_AUTHINFO_UNAVAIL);
}

TEST("hostile input 40: descriptors sent along are refused and not kept") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    peer.send_with_descriptors(peer.verdict(Outcome::allow), 253);
    peer.hang();
  });
  const int before = dup(0);
  close(before);
  assert_int_equal(code_against(agent), PAM_AUTHINFO_UNAVAIL);
  const int after = dup(0);
  close(after);
  assert_int_equal(before, after);
}

TEST("hostile input 43: what is no listening socket denies") {
  TemporaryDirectory directory;
  const std::string file = directory.path() + "/sign-in.sock";
  write_file(file, "not a socket");
  const std::string pipe = directory.path() + "/pipe";
  assert_int_equal(mkfifo(pipe.c_str(), 0600), 0);
  const std::string dangling = directory.path() + "/dangling";
  assert_int_equal(symlink("/nonexistent", dangling.c_str()), 0);
  for (const std::string& path : {file, pipe, dangling, directory.path()}) {
    auto app = Application::usual("sshd", path);
    assert_int_equal(app.authenticate(), PAM_AUTHINFO_UNAVAIL);
  }
}

TEST("hostile input 43: a symbolic link to another user's socket denies") {
  need_root();
  ScriptedAgent agent(allow, {.uid = kSomebody});
  set_agent_account(kSomebody);
  TemporaryDirectory directory;
  const std::string link = directory.path() + "/sign-in.sock";
  assert_int_equal(symlink(agent.socket().c_str(), link.c_str()), 0);
  auto app = Application::usual("sshd", link);
  forget_log();
  const int code = app.authenticate();
  set_agent_account(-1);
  assert_int_equal(code, PAM_AUTHINFO_UNAVAIL);
  assert_true(was_logged(LOG_ALERT, "find out who made this socket"));
}

TEST("hostile input 45: an impostor of another uid denies and alarms") {
  need_root();
  for (const long uid : {kNobody, kSomebody}) {
    ScriptedAgent agent(allow, {.uid = uid});
    assert_int_equal(code_against(agent), PAM_AUTHINFO_UNAVAIL);
    assert_true(was_logged(LOG_ALERT, "neither root's nor mfa-agent's"));
    // It does not even learn who signs in.
    assert_true(agent.heard_only_a_connection());
  }
}

TEST("hostile input 45: root's socket file with an impostor behind denies") {
  need_root();
  ScriptedAgent agent(allow, {.uid = kSomebody});
  set_agent_account(kSomebody);
  assert_int_equal(chown(agent.socket().c_str(), 0, 0), 0);
  const int code = code_against(agent);
  set_agent_account(-1);
  assert_int_equal(code, PAM_AUTHINFO_UNAVAIL);
}

TEST("the account mfa-agent is trusted in a directory of its own only") {
  need_root();
  set_agent_account(kSomebody);
  ScriptedAgent good(allow, {.uid = kSomebody});
  const int trusted = code_against(good);
  ScriptedAgent open(allow, {.uid = kSomebody, .directory_mode = 0770});
  const int group_writable = code_against(open);
  ScriptedAgent sticky(allow, {.uid = kSomebody, .directory_mode = 01777});
  const int world_writable = code_against(sticky);
  set_agent_account(-1);
  assert_int_equal(trusted, PAM_SUCCESS);
  assert_int_equal(group_writable, PAM_AUTHINFO_UNAVAIL);
  assert_int_equal(world_writable, PAM_AUTHINFO_UNAVAIL);
}

TEST("hostile input 29: an unprivileged program may ask root's agent") {
  need_root();
  ScriptedAgent agent(allow, {.directory_mode = 0755});
  assert_int_equal(code_as_user(kNobody, agent.socket()), PAM_SUCCESS);
}

TEST("hostile input 29: its own user's agent is trusted, another's is not") {
  need_root();
  ScriptedAgent own(allow, {.uid = kSomebody, .directory_mode = 0755});
  assert_int_equal(code_as_user(kSomebody, own.socket()), PAM_SUCCESS);
  assert_int_equal(code_as_user(kNobody, own.socket()), PAM_AUTHINFO_UNAVAIL);
}

TEST("hostile input 47: a verdict about another sign-in denies") {
  expect_malformed([](Peer& peer) {
    peer.receive_begin();
    wire::Verdict verdict = peer.verdict(Outcome::allow);
    verdict.nonce[15] ^= 1;
    peer.send(verdict);
    peer.hang();
  });
  expect_malformed([](Peer& peer) {  // a constant one
    peer.receive_begin();
    wire::Verdict verdict = peer.verdict(Outcome::allow);
    verdict.nonce = {};
    peer.send(verdict);
    peer.hang();
  });
}

TEST("hostile input 48: an agent that hangs denies within 3 s") {
  ScriptedAgent agent([](Peer& peer) { peer.hang(); });
  kill(agent.pid(), SIGSTOP);
  ModuleClock clock(/*skips_waiting=*/true);
  assert_int_equal(code_against(agent), PAM_AUTHINFO_UNAVAIL);
  assert_in_range(clock.moved(), 2900, 3000);
  assert_true(was_logged(LOG_ERR, "does not reply"));
}

TEST("hostile input 48: timeout= is shorter than 3 s where it says so") {
  ScriptedAgent agent([](Peer& peer) { peer.hang(); });
  kill(agent.pid(), SIGSTOP);
  ModuleClock clock(/*skips_waiting=*/true);
  auto app = Application::usual("sshd", agent.socket(), "timeout=1");
  assert_int_equal(app.authenticate(), PAM_AUTHINFO_UNAVAIL);
  assert_in_range(clock.moved(), 900, 1000);
}

TEST("hostile input 48: an agent that accepts nobody denies within 1 s") {
  ScriptedAgent agent(allow, {.accepts = false});
  ShortConnectTime connect_time;
  assert_int_equal(code_against(agent), PAM_AUTHINFO_UNAVAIL);
  assert_in_range(connect_time.longest_asked_for(), 900, 1000);
  assert_true(was_logged(LOG_ERR, "cannot connect"));
}

TEST("hostile input 49: a verdict cut short at any byte denies") {
  constexpr size_t kSize = 2 + 3 + 16 + 3 + 1 + 3 + 16 + 3 + 36;
  for (size_t length = 1; length < kSize; ++length) {
    ScriptedAgent agent([length](Peer& peer) {
      peer.receive_begin();
      auto bytes = wire::encode(peer.verdict(Outcome::allow)).value();
      bytes.resize(length);
      peer.send_raw(bytes);
    });
    assert_int_equal(code_against(agent), PAM_AUTHINFO_UNAVAIL);
  }
  ScriptedAgent whole([](Peer& peer) {
    peer.receive_begin();
    auto bytes = wire::encode(peer.verdict(Outcome::allow)).value();
    bytes.resize(kSize);
    peer.send_raw(bytes);
  });
  assert_int_equal(code_against(whole), PAM_SUCCESS);
}
