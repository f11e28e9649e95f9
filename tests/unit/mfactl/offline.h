// SPDX-License-Identifier: BSD-3-Clause
//
// For the commands that need no agent: files to name, standard input to read,
// and what they print.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "agent/base/unique_fd.h"
#include "mfactl/commands.h"
#include "tests/check.h"
#include "tests/unit/control/captured.h"

namespace mfa::mfactl {

// A folder that is gone with its test.
class Folder {
 public:
  Folder() { assert_non_null(mkdtemp(path_.data())); }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  std::string write(const std::string& name, std::string_view text) const {
    const std::string file = path_ + '/' + name;
    std::filesystem::create_directories(
        std::filesystem::path(file).parent_path());
    std::ofstream(file) << text;
    return file;
  }

 private:
  std::string path_ = "/tmp/mfactl-test-XXXXXX";
};

struct Outcome {
  int status = 0;
  std::string output;
  std::string error;
};

inline Outcome outcome_of(const Arguments& arguments,
                          const std::string& input = "") {
  const Folder folder;
  const std::string file = folder.write("input", input);
  const UniqueFd saved(dup(STDIN_FILENO));
  FILE* const given = fopen(file.c_str(), "r");
  assert_non_null(given);
  dup2(fileno(given), STDIN_FILENO);
  Outcome outcome;
  {
    Captured output(STDOUT_FILENO);
    Captured error(STDERR_FILENO);
    outcome.status = run(arguments);
    outcome.error = error.text();
    outcome.output = output.text();
  }
  fclose(given);
  dup2(saved.get(), STDIN_FILENO);
  return outcome;
}

inline void assert_has(const std::string& text, std::string_view part) {
  if (text.find(part) != text.npos) return;
  fail_msg("no \"%.*s\" in: %s", static_cast<int>(part.size()), part.data(),
           text.c_str());
}

}  // namespace mfa::mfactl
