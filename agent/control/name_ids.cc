// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/name_ids.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>

#include <vector>

namespace mfa::control {
namespace {

// A group's entry holds its members' names; an administrators' group is small.
constexpr std::size_t kMaxEntry = 1 << 20;

// `get`: getgrnam_r or getpwnam_r.
template <class Entry, class Id, class Get>
std::optional<Id> find(const std::string& name, Get get, Id Entry::*id) {
  std::vector<char> buffer(4096);
  for (;;) {
    Entry entry{};
    Entry* found = nullptr;
    const int failure =
        get(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (failure != ERANGE || buffer.size() >= kMaxEntry) {
      return found ? std::optional(found->*id) : std::nullopt;
    }
    buffer.resize(buffer.size() * 2);
  }
}

}  // namespace

std::optional<gid_t> find_group(const std::string& name) {
  return find(name, getgrnam_r, &group::gr_gid);
}

std::optional<uid_t> find_account_id(const std::string& name) {
  return find(name, getpwnam_r, &passwd::pw_uid);
}

}  // namespace mfa::control
