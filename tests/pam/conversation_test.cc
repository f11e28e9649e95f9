// SPDX-License-Identifier: BSD-3-Clause
//
// What becomes of what a person, or an application, answers.
#include <syslog.h>

#include "tests/check.h"
#include "tests/pam/interpose.h"
#include "tests/pam/sanitizer.h"
#include "tests/pam/scripted_agent.h"
#include "tests/pam/stack.h"

using namespace mfa;
using namespace mfa::test;
using wire::AnswerForm;
using wire::AnswerStatus;
using wire::Outcome;

namespace {

// Answers one prompt and returns what of it reached the agent.
wire::Answer answer_of(Reply reply, AnswerForm form = AnswerForm::digits) {
  ScriptedAgent agent(ask_then(Outcome::wrong, form));
  auto app = Application::usual("sshd", agent.socket());
  app.replies.push_back(std::move(reply));
  forget_log();
  forget_watched();
  assert_int_equal(app.authenticate(), PAM_AUTH_ERR);
  assert_int_equal(watched().freed_unwiped, 0);
  auto messages = agent.heard(2);
  return std::get<wire::Answer>(std::move(messages[1]));
}

void expect_status(Reply reply, AnswerStatus status,
                   AnswerForm form = AnswerForm::digits) {
  const wire::Answer answer = answer_of(std::move(reply), form);
  assert_int_equal(answer.status, status);
  assert_false(answer.text.has_value());
}

void expect_given(const char* text, AnswerForm form = AnswerForm::digits) {
  const wire::Answer answer = answer_of(typed(text), form);
  assert_int_equal(answer.status, AnswerStatus::given);
  assert_true(answer.text->reveal() == text);
}

}  // namespace

TEST("hostile input 1: a NULL response is a failed conversation") {
  expect_status(no_response(), AnswerStatus::failed);
}

TEST("hostile input 2: a response with a NULL text is a failed conversation") {
  expect_status(no_text(), AnswerStatus::failed);
}

TEST("hostile input 3: an empty answer reaches the agent as empty") {
  expect_status(typed(""), AnswerStatus::empty);
}

TEST("hostile input 4: of an answer of 1 MiB nothing is sent, all is wiped") {
  expect_status(typed(std::string(1 << 20, '1')), AnswerStatus::unusable);
  expect_status(typed(std::string(1 << 20, 'x')), AnswerStatus::unusable,
                AnswerForm::text);
}

TEST("hostile input 5: sshd's filler for an unknown person stays here") {
  const std::string filler = "\b\n\r\177INCORRECT";
  for (size_t length = 1; length <= 40; ++length) {
    std::string cycled;
    while (cycled.size() < length) cycled += filler;
    cycled.resize(length);
    expect_status(typed(cycled), AnswerStatus::unusable);
    expect_status(typed(cycled), AnswerStatus::unusable, AnswerForm::text);
  }
  assert_false(was_logged_anywhere("INCORRECT"));
}

TEST("hostile input 6: digits of other scripts are no code") {
  expect_status(typed("١٢٣٤٥٦"), AnswerStatus::unusable);
  expect_status(typed("１２３４５６"), AnswerStatus::unusable);
}

TEST("hostile input 7: spaces and hyphens reach the agent with the digits") {
  expect_given(" 123 456 ");
  expect_given("123-456");
}

TEST("hostile input 8: signs, hexadecimal and exponents are no code") {
  for (const char* text : {"+12345", "0x1E24", "1e5", "12.5", "1_000"}) {
    expect_status(typed(text), AnswerStatus::unusable);
  }
  // A hyphen is a separator; the agent sees five digits, not a number.
  expect_given("-12345");
}

TEST("hostile input 9: leading zeros arrive as they were typed") {
  expect_given("000123");
}

TEST("hostile input 10: the number of digits is the agent's to judge") {
  expect_given("1234567");
  expect_given("12345678");
}

TEST("hostile input 11: a conversation that fails at the second prompt") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    peer.ask();
    const wire::Answer second = peer.ask();
    peer.conclude(second.status == AnswerStatus::failed
                      ? Outcome::conversation_failed
                      : Outcome::allow);
  });
  auto app = Application::usual("sshd", agent.socket());
  app.replies = {typed("123456"), conversation_error()};
  assert_int_equal(app.authenticate(), PAM_CONV_ERR);
}

TEST("hostile input 12: a person who answers too late is denied") {
  ModuleClock clock(/*skips_waiting=*/false);
  ScriptedAgent agent(ask_then(Outcome::allow));
  auto app = Application::usual("sshd", agent.socket(), "timeout=20");
  Reply late = typed("123456");
  late.meanwhile = [&] { clock.advance(20'001); };
  app.replies.push_back(late);
  forget_log();
  assert_int_equal(app.authenticate(), PAM_AUTHINFO_UNAVAIL);
  assert_true(was_logged(LOG_NOTICE, "did not answer in time"));
  // The answer is not sent; the agent is told that nobody waits any more.
  const auto messages = agent.heard(2);
  assert_true(std::holds_alternative<wire::Cancel>(messages[1]));
}

TEST("hostile input 14: a password pushed into the prompt stays here") {
  expect_status(typed("correct horse battery staple"), AnswerStatus::unusable);
  expect_status(typed("hunter2"), AnswerStatus::unusable);
  assert_false(was_logged_anywhere("hunter2"));
}

TEST("hostile input 25: PAM_SILENT hides texts, not prompts") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    peer.tell(wire::TellStyle::info, "for your information");
    peer.tell(wire::TellStyle::error, "an error");
    peer.ask("Code: ");
    peer.conclude(Outcome::allow, "3 days left");
  });
  auto app = Application::usual("sshd", agent.socket());
  app.replies = {typed("123456"), typed("123456")};
  assert_int_equal(app.authenticate(PAM_SILENT), PAM_SUCCESS);
  assert_int_equal(app.shown.size(), 1);
  assert_string_equal(app.shown[0].text.c_str(), "Code: ");
  agent.heard(2);

  app.shown.clear();
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(app.shown.size(), 4);
  assert_int_equal(app.shown[0].style, PAM_TEXT_INFO);
  assert_int_equal(app.shown[1].style, PAM_ERROR_MSG);
  assert_int_equal(app.shown[2].style, PAM_PROMPT_ECHO_ON);
  assert_int_equal(app.shown[3].style, PAM_TEXT_INFO);
  assert_string_equal(app.shown[3].text.c_str(), "3 days left");
}

TEST("hostile input 25: an empty answer stays empty whatever the flags say") {
  for (const int flags : {0, int{PAM_DISALLOW_NULL_AUTHTOK}}) {
    ScriptedAgent agent(ask_then(Outcome::wrong));
    auto app = Application::usual("sshd", agent.socket());
    app.replies.push_back(typed(""));
    app.authenticate(flags);
    const auto messages = agent.heard(2);
    assert_int_equal(std::get<wire::Answer>(messages[1]).status,
                     AnswerStatus::empty);
    assert_int_equal(std::get<wire::Begin>(messages[0]).flags,
                     flags ? wire::kFlagDisallowNullAuthtok : 0);
  }
}

TEST("hostile input 28: one message in each call of the conversation") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    for (int i = 0; i < 20; ++i) {
      peer.tell(wire::TellStyle::info, "text");
      peer.ask();
    }
    peer.conclude(Outcome::allow);
  });
  auto app = Application::usual("sshd", agent.socket());
  for (int i = 0; i < 20; ++i) app.replies.push_back(typed("123456"));
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(app.largest_message_count, 1);
}

TEST("an application that refuses every text does not end a sign-in") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    peer.tell(wire::TellStyle::info, "text");
    peer.conclude(Outcome::allow, "welcome");
  });
  auto app = Application::usual("apache2", agent.socket());
  app.refuses_messages = true;
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
}

TEST("a prompt shows or hides what is typed as the agent says") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    peer.ask("\nA\tlong\ntext: ", AnswerForm::text, wire::Echo::off);
    peer.conclude(Outcome::allow);
  });
  auto app = Application::usual("sshd", agent.socket());
  app.replies.push_back(typed("Abc-123"));
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_int_equal(app.shown.at(0).style, PAM_PROMPT_ECHO_OFF);
  assert_string_equal(app.shown[0].text.c_str(), "\nA\tlong\ntext: ");
}

TEST("no escape sequence of the agent reaches the terminal") {
  ScriptedAgent agent([](Peer& peer) {
    peer.receive_begin();
    peer.ask(
        "\x1b[31mred\x1b[0m\a \xc2\x9b"
        "1m Größe █\n: ");
    peer.conclude(Outcome::allow);
  });
  auto app = Application::usual("sshd", agent.socket());
  app.replies.push_back(typed("123456"));
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_string_equal(app.shown.at(0).text.c_str(),
                      "[31mred[0m 1m Größe █\n: ");
}

TEST("an answer is wiped before it is freed, and never logged") {
  ScriptedAgent agent(ask_then(Outcome::allow));
  auto app = Application::usual("sshd", agent.socket(), "debug");
  app.replies.push_back(typed("314159"));
  forget_log();
  forget_watched();
  assert_int_equal(app.authenticate(), PAM_SUCCESS);
  assert_false(was_logged_anywhere("314159"));
  if (MFA_SANITIZED) return;  // nobody watches free() there
  assert_int_equal(watched().freed, 1);
  assert_int_equal(watched().freed_unwiped, 0);
}

TEST("an application without a conversation function is a failed one") {
  ScriptedAgent agent(ask_then(Outcome::conversation_failed));
  auto app = Application::usual("sshd", agent.socket());
  const pam_conv nobody = {nullptr, &app};  // for the delay function
  pam_set_item(app.handle(), PAM_CONV, &nobody);
  assert_int_equal(app.authenticate(), PAM_CONV_ERR);
}
