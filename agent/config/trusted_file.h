// SPDX-License-Identifier: BSD-3-Clause
//
// Reads what decides who gets in. What is trusted is checked on the open
// file, never on its path: a regular file, no symbolic link, owned by root or
// by whoever runs this program, writable by nobody else.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"

namespace mfa {

// Who may read it beside those that may write it: a secret is for its owner
// and its group alone.
enum class Readers { everybody, owner_and_group };

// At most `most` bytes and one more, so that a parser sees that it is too
// long.
Result<std::string> read_trusted_file(const std::string& path, std::size_t most,
                                      Readers readers = Readers::everybody);

// What `path` names: the file itself, or the files of the folder (which must
// be trusted, too) as files_in() lists them.
Result<std::vector<std::string>> trusted_files(
    const std::string& path, std::span<const std::string_view> suffixes,
    std::size_t most);

}  // namespace mfa
