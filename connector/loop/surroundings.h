// SPDX-License-Identifier: BSD-3-Clause
//
// What the loop waits for beside the directory, and whom it tells that it
// lives. signals.h has the real one; tests have a script.
#pragma once

#include <chrono>
#include <string>

namespace mfa::connector {

class Surroundings {
 public:
  virtual ~Surroundings() = default;

  // Readable when something happened, so that a Source can wait for it too.
  virtual int fd() const = 0;
  // `fd` becomes readable when there is work; -1: nobody asks.
  virtual void watch_work(int fd) = 0;

  struct Happened {
    bool reload = false;  // the configuration is to be read again
    bool work = false;    // the watched descriptor is readable
  };
  // Waits until something happens, `timeout` at most; zero only looks. May
  // come back early with nothing.
  virtual Happened wait(std::chrono::milliseconds timeout) = 0;

  // The loop goes on. Cheap: may be called for every record.
  virtual void alive() = 0;
  // One line for `systemctl status`.
  virtual void status(const std::string& line) = 0;
};

}  // namespace mfa::connector
