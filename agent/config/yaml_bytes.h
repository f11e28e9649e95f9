// SPDX-License-Identifier: BSD-3-Clause
//
// What is wrong with a text before any YAML rule is applied: size, encoding,
// control characters, tabs where spaces indent, directives.
#pragma once

#include <cstddef>
#include <string_view>

#include "agent/base/result.h"
#include "agent/config/yaml.h"

namespace mfa::yaml {

// `start` names the file; errors carry the line and column of the fault.
Result<> check_bytes(std::string_view text, const Place& start,
                     std::size_t max_bytes);

}  // namespace mfa::yaml
