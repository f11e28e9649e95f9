// SPDX-License-Identifier: BSD-3-Clause
//
// The directory that holds all durable state, and what must be true of it and
// of its files before anything in them is believed: ours alone, no symbolic
// links, one agent at a time.
#pragma once

#include <string>

#include "agent/base/result.h"
#include "agent/base/unique_fd.h"

namespace mfa {

// Opens the directory. When it does not exist it is made (0700), and what is
// missing above it (0755). An empty one of ours that is open to others holds
// no secret yet: it is closed to them.
Result<UniqueFd> open_state_directory(const std::string& path);

// A regular file of ours that nobody else can read. `not_found` when it is
// not there.
Result<> check_state_file(int directory, const std::string& directory_path,
                          const char* name);

// Held as long as the descriptor lives; `conflict` names who has it.
Result<UniqueFd> lock_state_directory(int directory,
                                      const std::string& directory_path);

// Makes the creation or renaming of a file in it durable.
Result<> sync_directory(int directory, const std::string& directory_path);

// "PATH: what: the system's reason for errno".
std::string system_error(const std::string& path, const char* what);

}  // namespace mfa
