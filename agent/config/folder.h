// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "agent/base/unique_fd.h"

namespace mfa {

// The files of an open folder whose names end in one of `suffixes`, as
// "PATH/NAME" in byte order; hidden files and sub-folders are left out. `path`
// is what the folder was opened as. `conflict`: more than `most` files.
Result<std::vector<std::string>> files_in(
    UniqueFd folder, const std::string& path,
    std::span<const std::string_view> suffixes, std::size_t most);

}  // namespace mfa
