// SPDX-License-Identifier: BSD-3-Clause
//
// Policies from the disk, for the commands that need no agent. Whoever runs
// them tries out files of his own, so nobody is distrusted here; what the
// agent itself reads it checks itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/result.h"
#include "agent/policy/policy.h"

namespace mfa::mfactl {

// At most `longest` bytes. Errors name the file and say what to do.
Result<std::string> read_file(const std::string& path, std::size_t longest);

Result<NamedLocations> load_named_locations(
    const std::optional<std::string>& path);

// `path` is a file or a folder, of which those files are read that the agent
// would read; an empty folder means that there are no policies.
Result<std::vector<Policy>> load_policies(const std::string& path,
                                          const NamedLocations& locations);

}  // namespace mfa::mfactl
