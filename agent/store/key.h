// SPDX-License-Identifier: BSD-3-Clause
//
// The master key that seals seeds. It comes from a systemd credential (a file
// in $CREDENTIALS_DIRECTORY) or is a file of mode 0600 beside the state.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/base/random.h"
#include "agent/base/result.h"
#include "wire/secret.h"

namespace mfa {

inline constexpr std::size_t kMasterKeyBytes = 32;
inline constexpr char kKeyFileName[] = "master.key";  // and of the credential
inline constexpr char kDatabaseFileName[] = "state.db";

struct MasterKey {
  Secret bytes;        // kMasterKeyBytes
  std::string source;  // the file it came from, for messages
};

// What stands in the state directory before a start.
struct StateFiles {
  bool database = false;
  std::optional<std::string> key_path;  // credential first, then the file
};
StateFiles find_state(const std::string& state_directory,
                      const std::optional<std::string>& credentials_directory);

Result<MasterKey> read_key(const std::string& path);
// Creates the file (0600, fsynced, never over another).
Result<MasterKey> create_key(const std::string& state_directory,
                             Random& random);

}  // namespace mfa
