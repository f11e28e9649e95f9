// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdio.h>
#include <unistd.h>

#include <string>

#include "agent/base/unique_fd.h"

namespace mfa {

// What is written to a descriptor until it is asked for, at most 64 KiB.
class Captured {
 public:
  explicit Captured(int fd) : fd_(fd), file_(tmpfile()), saved_(dup(fd)) {
    fflush(nullptr);
    dup2(fileno(file_), fd_);
  }
  ~Captured() {
    restore();
    fclose(file_);
  }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;

  std::string text() {
    restore();
    std::string all(65536, '\0');
    rewind(file_);
    all.resize(fread(all.data(), 1, all.size(), file_));
    return all;
  }

 private:
  void restore() {
    if (!saved_) return;
    fflush(nullptr);
    dup2(saved_.get(), fd_);
    saved_.reset();
  }

  int fd_;
  FILE* file_;
  UniqueFd saved_;
};

}  // namespace mfa
