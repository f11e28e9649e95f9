// SPDX-License-Identifier: BSD-3-Clause
#include "tests/pam/scripted_agent.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "tests/check.h"

namespace mfa::test {
namespace {

// The module hung up: the next connection, please.
struct HungUp {};

constexpr int kPatienceMilliseconds = 10'000;  // before a test fails

// Told to the test around the messages of each connection.
constexpr std::uint8_t kConnected[] = {0};
constexpr std::uint8_t kEnded[] = {1};

void note(int ear, const std::uint8_t (&what)[1]) {
  send(ear, what, sizeof what, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int listen_at(const std::string& path, int backlog) {
  const int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address),
           sizeof address) != 0 ||
      chmod(path.c_str(), 0666) != 0 || listen(listener, backlog) != 0) {
    _exit(3);
  }
  return listener;
}

void fill_backlog(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  for (int i = 0; i < 8; ++i) {
    const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address),
                sizeof address) != 0) {
      return;
    }
  }
}

[[noreturn]] void serve(int listener, int ear, const Script& script) {
  for (;;) {
    const int connection = accept(listener, nullptr, nullptr);
    if (connection < 0) _exit(4);
    note(ear, kConnected);
    try {
      Peer peer(connection, ear);
      script(peer);
    } catch (const HungUp&) {
    }
    close(connection);
    note(ear, kEnded);
  }
}

}  // namespace

wire::Message Peer::receive() {
  wire::Bytes bytes(wire::kMaxDatagram);
  ssize_t size = recv(connection_, bytes.data(), bytes.size(), 0);
  // Closed with a message unread; what came before is still there.
  if (size < 0 && errno == ECONNRESET) {
    size = recv(connection_, bytes.data(), bytes.size(), 0);
  }
  if (size <= 0) throw HungUp{};
  bytes.resize(static_cast<size_t>(size));
  ::send(ear_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  wire::Decoded decoded = wire::decode(bytes);
  if (!decoded.message) _exit(5);
  return std::move(*decoded.message);
}

wire::Begin Peer::receive_begin() {
  begin_ = std::get<wire::Begin>(receive());
  return begin_;
}

void Peer::send(const wire::Message& message) {
  send_raw(wire::encode(message).value());
}

void Peer::send_raw(std::span<const std::uint8_t> bytes) {
  ::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void Peer::send_with_descriptors(const wire::Message& message, int count) {
  wire::Bytes bytes = wire::encode(message).value();
  std::vector<int> descriptors(static_cast<size_t>(count), connection_);
  const size_t size = descriptors.size() * sizeof(int);
  std::vector<char> control(CMSG_SPACE(size));
  iovec part = {bytes.data(), bytes.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  cmsghdr* rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(size);
  memcpy(CMSG_DATA(rights), descriptors.data(), size);
  if (sendmsg(connection_, &header, MSG_NOSIGNAL) < 0) _exit(6);
}

wire::Answer Peer::ask(std::string_view text, wire::AnswerForm form,
                       wire::Echo echo) {
  send(wire::Ask{{1, 2, 3, 4, 5, 6, 7, 8}, echo, form, std::string(text)});
  return std::get<wire::Answer>(receive());
}

void Peer::tell(wire::TellStyle style, std::string_view text) {
  send(wire::Tell{style, std::string(text)});
}

wire::Verdict Peer::verdict(wire::Outcome outcome) const {
  wire::Verdict verdict;
  verdict.nonce = begin_.nonce;
  verdict.outcome = outcome;
  verdict.correlation_id = "11111111-2222-3333-4444-555555555555";
  if (outcome == wire::Outcome::allow &&
      begin_.phase == wire::Phase::authenticate) {
    verdict.commit_token = kToken;
  }
  return verdict;
}

void Peer::conclude(wire::Outcome outcome, std::string_view text) {
  wire::Verdict message = verdict(outcome);
  if (!text.empty()) message.text = std::string(text);
  send(message);
}

void Peer::wait_for_message() {
  char byte = 0;
  if (recv(connection_, &byte, 1, MSG_PEEK) <= 0) throw HungUp{};
}

void Peer::hang() {
  for (;;) receive();
}

ScriptedAgent::ScriptedAgent(Script script, Options options) {
  const std::string path = socket();
  const uid_t owner =
      options.uid < 0 ? geteuid() : static_cast<uid_t>(options.uid);
  if (chmod(directory_.path().c_str(), options.directory_mode) != 0 ||
      chown(directory_.path().c_str(), owner, static_cast<gid_t>(-1)) != 0) {
    fail_msg("cannot prepare the agent's directory");
  }
  int ears[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ears),
                   0);
  child_ = fork();
  assert_true(child_ >= 0);
  if (child_ == 0) {
    close(ears[0]);
    if (owner != geteuid() && setresuid(owner, owner, owner) != 0) _exit(2);
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a change of user would clear it
    const int listener = listen_at(path, options.accepts ? 64 : 0);
    if (!options.accepts) fill_backlog(path);
    note(ears[1], kConnected);  // ready
    if (!options.accepts) pause();
    serve(listener, ears[1], script);
  }
  close(ears[1]);
  ear_ = ears[0];
  std::uint8_t ready = 1;
  if (recv(ear_, &ready, 1, 0) != 1) fail_msg("the scripted agent died");
}

ScriptedAgent::~ScriptedAgent() {
  end();
  close(ear_);
}

void ScriptedAgent::end() {
  if (child_ < 0) return;
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
  child_ = -1;
}

wire::Bytes ScriptedAgent::hear() {
  pollfd waiting = {ear_, POLLIN, 0};
  if (poll(&waiting, 1, kPatienceMilliseconds) != 1) {
    fail_msg("the scripted agent heard too little");
  }
  wire::Bytes bytes(wire::kMaxDatagram);
  const ssize_t size = recv(ear_, bytes.data(), bytes.size(), 0);
  if (size <= 0) fail_msg("the scripted agent died");
  bytes.resize(static_cast<size_t>(size));
  return bytes;
}

std::vector<wire::Message> ScriptedAgent::heard(size_t count) {
  std::vector<wire::Message> messages;
  while (messages.size() < count) {
    const wire::Bytes bytes = hear();
    if (bytes.size() == 1) continue;  // kConnected, kEnded
    wire::Decoded decoded = wire::decode(bytes);
    assert_true(decoded.message.has_value());
    messages.push_back(std::move(*decoded.message));
  }
  return messages;
}

bool ScriptedAgent::heard_only_a_connection() {
  return std::ranges::equal(hear(), kConnected) &&
         std::ranges::equal(hear(), kEnded);
}

bool ScriptedAgent::heard_nothing() {
  pollfd waiting = {ear_, POLLIN, 0};
  return poll(&waiting, 1, 0) == 0;
}

wire::Begin ScriptedAgent::heard_begin() {
  return std::get<wire::Begin>(heard(1)[0]);
}

void allow(Peer& agent) {
  agent.receive_begin();
  agent.conclude(wire::Outcome::allow);
}

Script deny(wire::Outcome outcome) {
  return [outcome](Peer& agent) {
    agent.receive_begin();
    agent.conclude(outcome);
  };
}

Script ask_then(wire::Outcome outcome, wire::AnswerForm form) {
  return [outcome, form](Peer& agent) {
    agent.receive_begin();
    agent.ask("Code: ", form);
    agent.conclude(outcome);
  };
}

}  // namespace mfa::test
