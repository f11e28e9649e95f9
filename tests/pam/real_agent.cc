// SPDX-License-Identifier: BSD-3-Clause
#include "tests/pam/real_agent.h"

#include <liboath/oath.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/command.h"

namespace mfa::test {
namespace {

constexpr int kPatienceMilliseconds = 20'000;  // before a test fails

std::string program(const char* name) { return build_directory() + "/" + name; }

bool is_built(const char* name) {
  return access(program(name).c_str(), X_OK) == 0;
}

// Where the agent says READY=1, as to systemd.
int listen_for_ready(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  assert_int_equal(
      bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return fd;
}

void wait_for_ready(int fd) {
  for (std::string said; said.find("READY=1") == std::string::npos;) {
    pollfd waiting = {fd, POLLIN, 0};
    if (poll(&waiting, 1, kPatienceMilliseconds) != 1) {
      fail_msg("mfa-agent did not become ready");
    }
    char text[1024];
    const ssize_t size = recv(fd, text, sizeof text, 0);
    said.assign(text, size > 0 ? static_cast<size_t>(size) : 0);
  }
  close(fd);
}

std::string output_of(const std::string& command) {
  const check::CommandResult result = check::run_command(command);
  if (!result.succeeded) fail_msg("failed: %s", command.c_str());
  return result.output;
}

}  // namespace

RealAgent::RealAgent(std::string_view configuration) {
  const std::string path = program("mfa-agent");
  const std::string config = directory_.path() + "/agent.yaml";
  const std::string ready = directory_.path() + "/ready";
  mkdir((directory_.path() + "/run").c_str(), 0755);
  mkdir((directory_.path() + "/state").c_str(), 0700);
  write_file(config, "runtime_directory: " + directory_.path() +
                         "/run\nstate_directory: " + directory_.path() +
                         "/state\n" + std::string(configuration));
  const int fd = listen_for_ready(ready);
  agent_ = fork();
  assert_true(agent_ >= 0);
  if (agent_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setenv("NOTIFY_SOCKET", ready.c_str(), 1);
    if (!freopen((directory_.path() + "/log").c_str(), "w", stderr)) _exit(98);
    execl(path.c_str(), "mfa-agent", "--config", config.c_str(), nullptr);
    _exit(99);
  }
  wait_for_ready(fd);
}

RealAgent::~RealAgent() {
  kill(agent_, SIGCONT);
  kill(agent_, SIGTERM);
  waitpid(agent_, nullptr, 0);
}

std::string RealAgent::enrol(const std::string& user) {
  const std::string answer =
      output_of(program("mfactl") + " --config " + directory_.path() +
                "/agent.yaml --json method add " + user + " totp --no-confirm");
  const size_t at = answer.find("secret=");
  if (at == std::string::npos) fail_msg("no secret in the answer of mfactl");
  const size_t begin = at + sizeof "secret=" - 1;
  return answer.substr(begin, answer.find_first_of("&\"", begin) - begin);
}

void need_agent_and(const char* account) {
  if (!is_built("mfa-agent")) skip_because("mfa-agent is not built");
  if (!is_built("mfactl")) skip_because("mfactl is not built");
  if (!getpwnam(account)) skip_because("the person it is about has no account");
}

std::string totp_code(const std::string& base32_secret, unsigned steps) {
  char* secret = nullptr;
  size_t size = 0;
  assert_int_equal(oath_base32_decode(base32_secret.data(),
                                      base32_secret.size(), &secret, &size),
                   OATH_OK);
  char code[16] = "";
  const time_t then = time(nullptr) - static_cast<time_t>(steps * 30);
  assert_int_equal(oath_totp_generate(secret, size, then, 30, 0, 6, code),
                   OATH_OK);
  free(secret);
  return code;
}

}  // namespace mfa::test
