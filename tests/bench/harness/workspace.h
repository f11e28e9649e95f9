// SPDX-License-Identifier: BSD-3-Clause
//
// Where a measurement happens: a scratch directory on a real file system, an
// /etc with made-up accounts and a /dev with a working /dev/log, which only
// this process and its children see. Nothing on the host changes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "agent/base/result.h"
#include "tests/bench/harness/account.h"

namespace mfa::harness {

// `of_host` leaves the host's /dev in place, whatever it logs to.
enum class Devices { own, of_host };

class Workspace {
 public:
  // Needs root, and a process that has no other thread yet. The scratch
  // directory is made in $TMPDIR or /var/tmp, which FHS keeps on a disk.
  static Result<Workspace> enter(const std::vector<Account>& accounts,
                                 Devices devices = Devices::own);

  Workspace(Workspace&& other) noexcept
      : path_(std::exchange(other.path_, {})), devices_(other.devices_) {}
  Workspace& operator=(Workspace&&) = delete;
  ~Workspace();  // removes the scratch directory, not the private /etc

  // Absolute; 0755, so that accounts can reach what lies in it.
  const std::string& path() const { return path_; }
  std::string below(const std::string& name) const {
    return path_ + '/' + name;
  }
  Devices devices() const { return devices_; }
  // An fsync on a memory file system costs nothing and proves nothing.
  bool is_in_memory() const;

 private:
  Workspace(std::string path, Devices devices)
      : path_(std::move(path)), devices_(devices) {}
  std::string path_;
  Devices devices_;
};

// Both end the program with a message when they cannot: a measurement whose
// files are not what it thinks is worth nothing.
void write_file(const std::string& path, const std::string& text,
                unsigned mode = 0644);
void make_directory(const std::string& path, unsigned mode = 0755);

}  // namespace mfa::harness
