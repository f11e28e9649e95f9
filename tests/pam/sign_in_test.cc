// SPDX-License-Identifier: BSD-3-Clause
//
// Whole sign-ins through a real stack against the real agent.
#include <signal.h>
#include <sys/wait.h>

#include "tests/check.h"
#include "tests/pam/interpose.h"
#include "tests/pam/real_agent.h"
#include "tests/pam/stack.h"

using namespace mfa::test;

namespace {

constexpr const char* kAlice = "alice";

// One sign-in of alice from a host, answering every prompt with `answer`.
int sign_in(const RealAgent& agent, const std::string& answer,
            const char* user = kAlice) {
  auto app = Application::usual("sshd", agent.socket(), "", user);
  app.set_item(PAM_RHOST, "192.0.2.7");
  app.set_item(PAM_TTY, "ssh");
  for (int i = 0; i < 10; ++i) app.replies.push_back(typed(answer));
  const int code = app.authenticate();
  return code == PAM_SUCCESS ? app.check_account() : code;
}

bool is_a_wrong_answer(int code) {
  return code == PAM_AUTH_ERR || code == PAM_MAXTRIES;
}

// Another code than the right one.
std::string wrong_code(const std::string& secret) {
  std::string code = totp_code(secret);
  code[0] = code[0] == '9' ? '0' : static_cast<char>(code[0] + 1);
  return code;
}

}  // namespace

TEST("the right code lets in, through both phases") {
  need_agent_and(kAlice);
  RealAgent agent;
  const std::string secret = agent.enrol(kAlice);
  assert_int_equal(sign_in(agent, totp_code(secret)), PAM_SUCCESS);
}

TEST("the same code a second time does not") {
  need_agent_and(kAlice);
  RealAgent agent;
  const std::string code = totp_code(agent.enrol(kAlice));
  assert_int_equal(sign_in(agent, code), PAM_SUCCESS);
  assert_true(is_a_wrong_answer(sign_in(agent, code)));
}

TEST("a wrong code, no code and junk do not let in") {
  need_agent_and(kAlice);
  RealAgent agent;
  const std::string secret = agent.enrol(kAlice);
  for (const std::string& answer :
       {wrong_code(secret), std::string(), std::string("junk"),
        std::string(1 << 20, '1')}) {
    const int code = sign_in(agent, answer);
    if (code == PAM_SUCCESS) fail_msg("let in with '%.20s'", answer.c_str());
  }
}

TEST("hostile input 7: the right code with spaces and a hyphen lets in") {
  need_agent_and(kAlice);
  RealAgent agent;
  const std::string code = totp_code(agent.enrol(kAlice));
  const std::string typed_code =
      " " + code.substr(0, 3) + "-" + code.substr(3) + " ";
  assert_int_equal(sign_in(agent, typed_code), PAM_SUCCESS);
}

TEST("hostile input 27: a module that stands twice wants two codes") {
  need_agent_and(kAlice);
  RealAgent agent;
  const std::string code = totp_code(agent.enrol(kAlice));
  Application app("sshd",
                  "auth [success=ok default=die] %M socket=%S\n"
                  "auth [success=ok default=die] %M socket=%S\n",
                  agent.socket());
  for (int i = 0; i < 10; ++i) app.replies.push_back(typed(code));
  assert_true(is_a_wrong_answer(app.authenticate()));
}

TEST("a person nobody knows sees the same prompts and the same code") {
  need_agent_and(kAlice);
  RealAgent agent;
  const std::string secret = agent.enrol(kAlice);
  auto known = Application::usual("sshd", agent.socket());
  auto unknown =
      Application::usual("sshd", agent.socket(), "", "nobody-knows-me");
  const std::string answer = wrong_code(secret);
  for (Application* app : {&known, &unknown}) {
    app->set_item(PAM_RHOST, "192.0.2.7");
    for (int i = 0; i < 10; ++i) app->replies.push_back(typed(answer));
  }
  assert_int_equal(known.authenticate(), unknown.authenticate());
  // The last text holds the correlation id, which differs.
  assert_int_equal(known.shown.size(), unknown.shown.size());
  for (size_t i = 0; i < known.shown.size(); ++i) {
    assert_int_equal(known.shown[i].style, unknown.shown[i].style);
    if (known.shown[i].style != PAM_PROMPT_ECHO_ON) continue;
    assert_string_equal(known.shown[i].text.c_str(),
                        unknown.shown[i].text.c_str());
  }
}

TEST("a public key alone does not let a registered person in") {
  need_agent_and(kAlice);
  RealAgent agent;
  agent.enrol(kAlice);
  auto app = Application::usual("sshd", agent.socket());
  app.set_item(PAM_RHOST, "192.0.2.7");
  app.set_environment("SSH_AUTH_INFO_0=");
  assert_int_equal(app.check_account(), PAM_PERM_DENIED);
  assert_true(app.shown.at(0).text.find("AuthenticationMethods") !=
              std::string::npos);
}

TEST("cron needs no agent, sshd denies without one") {
  need_agent_and(kAlice);
  RealAgent agent;
  agent.enrol(kAlice);
  kill(agent.pid(), SIGSTOP);
  ModuleClock clock(/*skips_waiting=*/true);
  auto cron = Application::usual("cron", agent.socket());
  assert_int_equal(cron.check_account(), PAM_SUCCESS);
  assert_int_equal(clock.moved(), 0);
  assert_int_equal(sign_in(agent, "123456"), PAM_AUTHINFO_UNAVAIL);
  assert_in_range(clock.moved(), 2900, 3000);
}

TEST("an agent killed in the middle of a dialog denies") {
  need_agent_and(kAlice);
  RealAgent agent;
  const std::string secret = agent.enrol(kAlice);
  auto app = Application::usual("sshd", agent.socket());
  Reply reply = typed(totp_code(secret));
  reply.meanwhile = [&] { kill(agent.pid(), SIGKILL); };
  app.replies.push_back(reply);
  assert_int_equal(app.authenticate(), PAM_AUTHINFO_UNAVAIL);
  assert_int_equal(app.check_account(), PAM_PERM_DENIED);
}
