// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

namespace mfa {

// A user or group that a policy names and that the directory does not know.
struct UnresolvedName {
  std::size_t policy = 0;  // its index
  bool is_group = false;
  std::string what;  // "there is no group \"wheel\""
  std::string advice;
};

}  // namespace mfa
