// SPDX-License-Identifier: BSD-3-Clause
//
// getpwnam_r(3) and its relatives with bounded memory and three answers:
// found, surely not there, cannot tell. Every call here may block for as long
// as an NSS module pleases.
#pragma once

#include <grp.h>
#include <pwd.h>
#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/result.h"

namespace mfa::nss {

// The calls themselves, so that a test can make each of them fail.
struct Calls {
  decltype(&::getpwnam_r) getpwnam_r = ::getpwnam_r;
  decltype(&::getgrnam_r) getgrnam_r = ::getgrnam_r;
  decltype(&::getgrouplist) getgrouplist = ::getgrouplist;
};

// Longest entries that are read. A group's has all its members in it.
inline constexpr std::size_t kMaxAccountBytes = 1 << 20;
inline constexpr std::size_t kMaxGroupBytes = 64 << 20;
inline constexpr std::size_t kMaxGroupsOfAccount = 65536;  // NGROUPS_MAX

struct Account {
  std::string name;  // as NSS spells it, whatever was asked for
  uid_t uid = 0;
  gid_t primary_group = 0;
};

// nullopt: surely not there. An error (`unavailable`): cannot tell.
Result<std::optional<Account>> find_account(const Calls& calls,
                                            const std::string& name);
Result<std::optional<gid_t>> find_group(const Calls& calls,
                                        const std::string& name);

// All groups of an account, or an error; never a part of them.
Result<std::vector<gid_t>> groups_of(const Calls& calls,
                                     const Account& account);

}  // namespace mfa::nss
