// SPDX-License-Identifier: BSD-3-Clause
//
// Facts about people. The embedded directory is NSS plus the role mapping of
// the configuration; lookups run on worker threads, because an NSS module may
// block, and no caller waits longer than kLookupDeadline.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/config.h"
#include "agent/model/sign_in.h"

namespace mfa {

inline constexpr std::chrono::seconds kLookupDeadline{1};

// What is asked about people's memberships, made once from the rules.
struct MembershipScope {
  // A group as policies write it, and the group of this machine it stands for.
  struct Group {
    std::string written;
    std::string group;
  };
  std::vector<RoleMapping> roles;
  std::vector<Group> groups;
  // role_key() of the roles that policies name: a central directory may say
  // who holds them.
  std::vector<std::string> role_keys = {};
};

class Directory {
 public:
  virtual ~Directory() = default;

  // nullopt: there is surely no such account. An error (`unavailable`): NSS
  // failed, or too many lookups wait. A Person whose groups could not all be
  // looked up has uncertain ones.
  // `done` runs once, on another thread or (too many wait) before find
  // returns; the caller keeps its own deadline.
  using Found = std::function<void(Result<std::optional<Person>>)>;
  virtual void find(std::string name,
                    std::shared_ptr<const MembershipScope> scope,
                    Found done) = 0;

  // Looks up in the background, where that is due, what lookups in this scope
  // have in common. To be called every few seconds and after a reload, so that
  // no sign-in waits for it. Does not block.
  virtual void keep_fresh(std::shared_ptr<const MembershipScope>) {}
};

// Asks NSS. The destructor waits for lookups that are running.
std::unique_ptr<Directory> make_nss_directory();

// Groups and accounts that the configuration names and that do not exist, one
// sentence each. A typing mistake in a role's group makes everybody's roles
// unknown, one in an account makes a line without effect. admin_group
// may be absent, and groups may where there is a central directory, which may
// have them. Blocks.
std::vector<std::string> unresolved_names(const Config& config);

// Whether NSS has it. nullopt: it cannot tell. Blocks.
std::optional<bool> account_exists(const std::string& name);
std::optional<bool> group_exists(const std::string& name);

}  // namespace mfa
