// SPDX-License-Identifier: BSD-3-Clause
//
// Runs a shell command of a test's own making. The product never does.
#pragma once

#include <stdio.h>

#include <string>

namespace mfa::check {

struct CommandResult {
  std::string output;
  bool succeeded = false;
};

inline CommandResult run_command(const std::string& command) {
  CommandResult result;
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return result;
  char part[4096];
  while (const std::size_t size = fread(part, 1, sizeof part, pipe)) {
    result.output.append(part, size);
  }
  result.succeeded = pclose(pipe) == 0;
  return result;
}

}  // namespace mfa::check
