// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/admin_group.h"

#include <errno.h>
#include <grp.h>

#include <vector>

namespace mfa::control {

// A group's entry holds its members' names; an administrators' group is small.
constexpr std::size_t kMaxGroupEntry = 1 << 20;

std::optional<gid_t> find_group(const std::string& name) {
  std::vector<char> buffer(4096);
  for (;;) {
    group entry{};
    group* found = nullptr;
    const int failure =
        getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (failure != ERANGE || buffer.size() >= kMaxGroupEntry) {
      return found ? std::optional(found->gr_gid) : std::nullopt;
    }
    buffer.resize(buffer.size() * 2);
  }
}

}  // namespace mfa::control
