// SPDX-License-Identifier: BSD-3-Clause
//
// A program that was started, and ends at the latest with whoever started it
// (PR_SET_PDEATHSIG): a test that is interrupted leaves nothing behind.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mfa::harness {

class Child {
 public:
  // `argv[0]` is a path. Standard output and error are appended to `log`.
  // Ends the program when it cannot fork; a failed exec ends the child (127).
  Child(const std::vector<std::string>& argv, const std::string& log);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();  // SIGKILL, when it still runs

  pid_t pid() const { return pid_; }
  bool is_running();
  void send(int signal) const;
  // The wait status, or nullopt when it still runs after that time.
  std::optional<int> wait(std::chrono::milliseconds longest);
  // SIGKILL, and waits until it is gone.
  void kill();

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

// What the program printed, and how it ended (a wait status).
struct Output {
  int status = -1;
  std::string text;
};
// Runs a program to its end; its standard error goes to `log`.
Output run(const std::vector<std::string>& argv, const std::string& log);

// Resident memory in KiB (VmRSS); 0 when there is no such process.
std::size_t resident_kib(pid_t pid);

}  // namespace mfa::harness
