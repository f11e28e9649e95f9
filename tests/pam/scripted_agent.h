// SPDX-License-Identifier: BSD-3-Clause
//
// The agent's end of the socket, in a child process, for what the real agent
// never does: garbage, silence, wrong nonces, somebody else's uid. It speaks
// with the real codec.
#pragma once

#include <sys/types.h>

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/pam/stack.h"
#include "wire/codec.h"
#include "wire/message.h"

namespace mfa::test {

inline constexpr wire::CommitToken kToken = {7, 7, 7, 7, 7, 7, 7, 7,
                                             1, 2, 3, 4, 5, 6, 7, 8};

// One connection, seen from the agent. Runs in the child: no assertions here.
class Peer {
 public:
  Peer(int connection, int ear) : connection_(connection), ear_(ear) {}

  // Waits for a message; the test process hears it too.
  wire::Message receive();
  wire::Begin receive_begin();
  void send(const wire::Message& message);
  void send_raw(std::span<const std::uint8_t> bytes);
  void send_with_descriptors(const wire::Message& message, int count);
  wire::Answer ask(std::string_view text = "Code: ",
                   wire::AnswerForm form = wire::AnswerForm::digits,
                   wire::Echo echo = wire::Echo::on);
  void tell(wire::TellStyle style, std::string_view text);
  // A verdict about the last BEGIN; `allow` in authentication has kToken.
  void conclude(wire::Outcome outcome, std::string_view text = "");
  wire::Verdict verdict(wire::Outcome outcome) const;
  // Without reading it.
  void wait_for_message();
  // Until the module hangs up.
  void hang();

 private:
  int connection_;
  int ear_;
  wire::Begin begin_;
};

using Script = std::function<void(Peer&)>;

class ScriptedAgent {
 public:
  struct Options {
    long uid = -1;  // of the agent and its directory; -1: as we are
    mode_t directory_mode = 0700;
    bool accepts = true;  // false: the backlog (1) stays full
  };
  // Runs the script once for each connection.
  explicit ScriptedAgent(Script script) : ScriptedAgent(script, Options{}) {}
  ScriptedAgent(Script script, Options options);
  ~ScriptedAgent();
  ScriptedAgent(const ScriptedAgent&) = delete;
  ScriptedAgent& operator=(const ScriptedAgent&) = delete;

  std::string socket() const { return directory_.path() + "/sign-in.sock"; }
  pid_t pid() const { return child_; }
  void end();  // kills the child; the socket file stays

  // What the module sent since the last call, waiting for `count` messages.
  std::vector<wire::Message> heard(size_t count);
  // Whether nobody ever connected.
  bool heard_nothing();
  // Whether the connection that was made has ended without a message.
  bool heard_only_a_connection();
  wire::Begin heard_begin();

 private:
  wire::Bytes hear();

  TemporaryDirectory directory_;
  int ear_ = -1;
  pid_t child_ = -1;
};

// Scripts.
void allow(Peer& agent);
Script deny(wire::Outcome outcome);
// One prompt, then the verdict.
Script ask_then(wire::Outcome outcome,
                wire::AnswerForm form = wire::AnswerForm::digits);

}  // namespace mfa::test
