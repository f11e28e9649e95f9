// SPDX-License-Identifier: BSD-3-Clause
#include "agent/directory/unresolved_policy_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "agent/base/escape.h"
#include "agent/directory/directory.h"
#include "agent/model/name_set.h"

namespace mfa {
namespace {

constexpr char kMendUser[] =
    "write the name of an account of this host (getent passwd), or remove it";
constexpr char kMendGroup[] =
    "write the name of a group of this host (getent group), or remove it";

// "62e90394-69f5-4237-9190-012177145e10"
bool is_object_id(const std::string& name) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::equal(name.begin(), name.end(), kShape.begin(), kShape.end(),
                    [](char c, char shape) {
                      const bool hex = (c >= '0' && c <= '9') ||
                                       (c >= 'a' && c <= 'f') ||
                                       (c >= 'A' && c <= 'F');
                      return shape == 'x' ? hex : c == shape;
                    });
}

// Asks once for each name: hundreds of policies name the same ones.
class Lookup {
 public:
  Lookup(std::string_view kind, std::string_view advice, bool elsewhere,
         std::optional<bool> (*exists)(const std::string&))
      : kind_(kind), advice_(advice), elsewhere_(elsewhere), exists_(exists) {}

  void check(const std::string& name, std::size_t policy,
             std::vector<UnresolvedName>& unresolved) {
    check(name, name, policy, unresolved);
  }

  // `here` is what this machine calls it.
  void check(const std::string& name, const std::string& here,
             std::size_t policy, std::vector<UnresolvedName>& unresolved) {
    const auto [answer, is_new] = answers_.emplace(name, true);
    if (is_new) answer->second = exists_(here);
    if (answer->second == true) return;
    if (elsewhere_ && answer->second == false) return;
    unresolved.push_back({policy, exists_ == group_exists,
                          what(name, !answer->second), advice(name)});
  }

 private:
  std::string what(const std::string& name, bool silent) const {
    return silent ? fmt::format(
                        "the directory cannot tell whether there is "
                        "{} {}",
                        kind_, quoted(name))
                  : fmt::format("there is no {} {}", kind_, quoted(name));
  }

  std::string advice(const std::string& name) const {
    if (!is_object_id(name)) return std::string(advice_);
    return "that is an object id of Entra: map it in directory_file, or " +
           std::string(advice_);
  }

  std::string_view kind_;
  std::string_view advice_;
  bool elsewhere_;
  std::optional<bool> (*exists_)(const std::string&);
  std::map<std::string, std::optional<bool>> answers_;
};

// What directory_file knows: ids as written, userPrincipalNames in lower case.
std::set<std::string> known_users(const DirectoryRecords& records) {
  std::set<std::string> known;
  for (const auto& [account, user] : records.users()) {
    known.insert(user.id);
    known.insert(lower_case(user.principal_name));
  }
  return known;
}

std::map<std::string, std::string> mapped_groups(
    const DirectoryRecords& records) {
  std::map<std::string, std::string> groups;
  for (const MembershipScope::Group& group : records.groups()) {
    groups.emplace(group.written, group.group);
  }
  return groups;
}

class NameCheck {
 public:
  NameCheck(const DirectoryRecords& records, bool elsewhere)
      : users_(known_users(records)),
        groups_(mapped_groups(records)),
        account_lookup_("account", kMendUser, elsewhere, account_exists),
        group_lookup_("group", kMendGroup, elsewhere, group_exists) {}

  void check_user(const UserRef& user, std::size_t policy) {
    if (users_.contains(user.id.text()) ||
        users_.contains(user.principal_name.text())) {
      return;
    }
    account_lookup_.check(user.id.text(), policy, unresolved_);
  }

  void check_group(const std::string& name, std::size_t policy) {
    const auto mapped = groups_.find(name);
    group_lookup_.check(name, mapped == groups_.end() ? name : mapped->second,
                        policy, unresolved_);
  }

  std::vector<UnresolvedName> take() { return std::move(unresolved_); }

 private:
  const std::set<std::string> users_;
  const std::map<std::string, std::string> groups_;
  Lookup account_lookup_;
  Lookup group_lookup_;
  std::vector<UnresolvedName> unresolved_;
};

}  // namespace

std::vector<UnresolvedName> unresolved_names(
    const std::vector<Policy>& policies, const DirectoryRecords& records,
    bool elsewhere) {
  NameCheck names(records, elsewhere);
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const UsersCondition& users = policies[i].conditions.users;
    for (const auto* named : {&users.include_users, &users.exclude_users}) {
      for (const UserRef& user : *named) names.check_user(user, i);
    }
    for (const auto* named : {&users.include_groups, &users.exclude_groups}) {
      for (const Name& group : *named) names.check_group(group.text(), i);
    }
  }
  return names.take();
}

}  // namespace mfa
