// SPDX-License-Identifier: BSD-3-Clause
#include "tests/bench/harness/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>
#include <utility>

#include "agent/base/unique_fd.h"

namespace mfa::harness {
namespace {

std::vector<char*> as_argv(const std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  for (const std::string& argument : argv) {
    pointers.push_back(const_cast<char*>(argument.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

// Only async-signal-safe calls: the parent may have threads.
[[noreturn]] void become(char* const* argv, int out, int err, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  if (::dup2(out, STDOUT_FILENO) < 0 || ::dup2(err, STDERR_FILENO) < 0) {
    ::_exit(127);
  }
  ::execv(argv[0], argv);
  ::_exit(127);
}

pid_t start(const std::vector<std::string>& argv, int out, int err) {
  const auto pointers = as_argv(argv);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) become(pointers.data(), out, err, parent);
  if (pid < 0) {
    fmt::print(stderr, "cannot fork: {}\n", std::strerror(errno));
    std::exit(2);
  }
  return pid;
}

UniqueFd open_log(const std::string& log) {
  UniqueFd fd(
      ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd) {
    fmt::print(stderr, "cannot open {}: {}\n", log, std::strerror(errno));
    std::exit(2);
  }
  return fd;
}

int wait_for_end(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

}  // namespace

Child::Child(const std::vector<std::string>& argv, const std::string& log) {
  const UniqueFd fd = open_log(log);
  pid_ = start(argv, fd.get(), fd.get());
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), status_(other.status_) {}

Child::~Child() { kill(); }

bool Child::is_running() { return !wait(std::chrono::milliseconds(0)); }

void Child::send(int signal) const {
  if (pid_ > 0 && !status_) ::kill(pid_, signal);
}

std::optional<int> Child::wait(std::chrono::milliseconds longest) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  while (pid_ > 0 && !status_) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      status_ = status;
    } else if (std::chrono::steady_clock::now() >= deadline) {
      return std::nullopt;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  return status_;
}

void Child::kill() {
  if (pid_ <= 0 || status_) return;
  ::kill(pid_, SIGKILL);
  status_ = wait_for_end(pid_);
}

Output run(const std::vector<std::string>& argv, const std::string& log) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {};
  const UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  const UniqueFd err = open_log(log);
  const pid_t pid = start(argv, to.get(), err.get());
  to.reset();
  Output output;
  char buffer[65536];
  for (ssize_t size; (size = ::read(from.get(), buffer, sizeof buffer)) != 0;) {
    if (size > 0) output.text.append(buffer, static_cast<std::size_t>(size));
    if (size < 0 && errno != EINTR) break;
  }
  output.status = wait_for_end(pid);
  return output;
}

std::size_t resident_kib(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
  }
  return 0;
}

}  // namespace mfa::harness
