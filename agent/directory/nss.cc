// SPDX-License-Identifier: BSD-3-Clause
#include "agent/directory/nss.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "agent/base/escape.h"
#include "agent/base/unique_fd.h"

namespace mfa::nss {
namespace {

constexpr std::size_t kFirstBuffer = 1024;  // enough for nearly every account
constexpr std::size_t kFirstGroups = 64;

tl::unexpected<Error> cannot_tell(std::string_view what, std::string_view name,
                                  int failure) {
  return error(ErrorKind::unavailable,
               fmt::format("{} {} could not be looked up: {}; see whether "
                           "`getent` answers, and nsswitch.conf",
                           what, quoted(name), std::strerror(failure)));
}

// Whether a file could be opened now.
bool can_open() {
  return static_cast<bool>(UniqueFd(open("/", O_PATH | O_CLOEXEC)));
}

// What the manual page lists for "not found" and glibc really answers so.
// The others it lists (EBADF, EPERM) mean that a module is broken.
bool is_absent(int failure) {
  return failure == 0 || failure == ENOENT || failure == ESRCH;
}

// Calls `call(name, &entry, buffer, size, &found)` with a growing buffer and
// hands what it found to `take` while the buffer lives.
template <class Entry, class Call, class Take>
auto look_up(Call call, std::string_view what, const std::string& name,
             std::size_t largest, Take take)
    -> Result<std::optional<decltype(take(std::declval<const Entry&>()))>> {
  std::vector<char> buffer(kFirstBuffer);
  Entry entry{};
  Entry* found = nullptr;
  int failure =
      call(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  while (failure == ERANGE && buffer.size() < largest) {
    buffer.resize(std::min(buffer.size() * 4, largest));
    failure = call(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  }
  if (failure == 0 && found) return take(*found);
  // Out of descriptors, the module for /etc/passwd fails, nss-systemd after it
  // says "not found", and NSS reports no error at all.
  if (failure == 0 && !can_open()) failure = errno;
  if (is_absent(failure)) return std::nullopt;
  return cannot_tell(what, name, failure);
}

// getgrouplist leaves out the groups of a module that failed and still
// reports success; only errno shows that the process or the machine had run
// out of something. (What modules leave behind after handling it is not in
// this list.)
bool is_exhaustion(int failure) {
  return failure == EMFILE || failure == ENFILE || failure == ENOMEM ||
         failure == EIO || failure == ETIMEDOUT;
}

}  // namespace

Result<std::optional<Account>> find_account(const Calls& calls,
                                            const std::string& name) {
  return look_up<passwd>(
      calls.getpwnam_r, "account", name, kMaxAccountBytes,
      [](const passwd& entry) {
        return Account{entry.pw_name, entry.pw_uid, entry.pw_gid};
      });
}

Result<std::optional<gid_t>> find_group(const Calls& calls,
                                        const std::string& name) {
  return look_up<group>(calls.getgrnam_r, "group", name, kMaxGroupBytes,
                        [](const group& entry) { return entry.gr_gid; });
}

Result<std::vector<gid_t>> groups_of(const Calls& calls,
                                     const Account& account) {
  std::vector<gid_t> groups(kFirstGroups);
  for (;;) {
    int count = static_cast<int>(groups.size());
    errno = 0;
    const int answer = calls.getgrouplist(
        account.name.c_str(), account.primary_group, groups.data(), &count);
    if (is_exhaustion(errno)) {
      return cannot_tell("groups of account", account.name, errno);
    }
    if (answer >= 0) {
      groups.resize(static_cast<std::size_t>(count));
      return groups;
    }
    if (groups.size() >= kMaxGroupsOfAccount) {
      return cannot_tell("groups of account", account.name, ERANGE);
    }
    groups.resize(std::min(groups.size() * 8, kMaxGroupsOfAccount));
  }
}

}  // namespace mfa::nss
