// SPDX-License-Identifier: BSD-3-Clause
//
// Where the agent's sockets are. A file that the agent would refuse now may
// belong to one that serves its last good generation, and `mfactl status` is
// how one learns what is wrong: so a broken file is read as far as possible.
// Nothing depends on its truth, for the socket's other end is checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mfa::mfactl {

struct RuntimeDirectory {
  std::optional<std::string> directory;  // nullopt: cannot be known
  std::string complaint;                 // "" for a good file
};

// A missing or unreadable file means the default directory only where the
// default file was meant; a name that somebody typed must be right.
RuntimeDirectory find_runtime_directory(const std::string& file);

// The value of runtime_directory, or else the default. Pure.
std::string runtime_directory_in(std::string_view broken_config);

}  // namespace mfa::mfactl
