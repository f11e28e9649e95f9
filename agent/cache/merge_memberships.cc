// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/merge_memberships.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "agent/config/role_names.h"

namespace mfa {
namespace {

using Names = std::vector<std::string>;

bool holds(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add_once(Names& names, const std::string& name) {
  if (!holds(names, name)) names.push_back(name);
}

// What the configuration calls it, or Entra.
std::string display_name(const std::string& key, const MembershipScope& scope) {
  for (const RoleMapping& mapping : scope.roles) {
    if (role_key(mapping.role) == key) return mapping.role;
  }
  return role_display_name(key);
}

// Every role that anything depends on.
Names roles_of(const MembershipScope& scope) {
  Names roles;
  for (const RoleMapping& mapping : scope.roles) add_once(roles, mapping.role);
  for (const std::string& key : scope.role_keys) {
    add_once(roles, display_name(key, scope));
  }
  return roles;
}

const RoleMapping* mapping_of(const std::string& role,
                              const MembershipScope& scope) {
  const auto found = std::find_if(
      scope.roles.begin(), scope.roles.end(),
      [&](const RoleMapping& mapping) { return mapping.role == role; });
  return found == scope.roles.end() ? nullptr : &*found;
}

// Which groups are the same one for everybody who asks.
class Resolved {
 public:
  Resolved(const Person& person, const DirectoryCache::Unresolved& unresolved)
      : here_(person.groups_not_here.get()), unresolved_(unresolved) {}

  // `here`: what this machine calls the group; `written`: what policies do.
  bool means_one(const std::string& here, const std::string& written) const {
    if (!here_ || holds(here_->silent, here)) return false;
    if (holds(unresolved_.ambiguous, here) ||
        holds(unresolved_.ambiguous, written)) {
      return false;
    }
    return !holds(here_->missing, here) || is_in_directory(written);
  }

  // Both have a group of this name, and nothing but the name says that it is
  // the same one: whoever names groups in the directory says so, no more.
  bool is_only_namesake(const std::string& here,
                        const std::string& written) const {
    return holds(unresolved_.displayed, written) &&
           !(here_ && holds(here_->missing, here));
  }

  bool is_in_directory(const std::string& written) const {
    return !holds(unresolved_.unknown, written);
  }

 private:
  const GroupsNotHere* here_;
  const DirectoryCache::Unresolved& unresolved_;
};

class Merge {
 public:
  Merge(const Person& person, const MembershipScope& scope,
        const CacheAnswer& answer, const DirectoryCache::Unresolved& unresolved)
      : scope_(scope), answer_(answer), resolved_(person, unresolved) {}

  void run(Person& person) const {
    // Old memberships are not held for sure: some policy may exclude them.
    if (is_fresh()) add_what_is_held(person);
    person.uncertain_roles = doubtful_roles(person.roles);
    person.uncertain_groups = doubtful_groups(person.groups);
    person.may_hold_any_role = doubts_roles();
  }

 private:
  bool is_fresh() const { return answer_.record.memberships_are_fresh; }
  bool doubts_roles() const {
    return !is_fresh() || answer_.roles_are_uncertain;
  }

  void add_what_is_held(Person& person) const {
    for (const std::string& key : answer_.roles) {
      const std::string role = display_name(key, scope_);
      if (!may_be_of_namesake(role)) add_once(person.roles, role);
    }
    for (const std::string& group : answer_.groups) {
      if (!is_of_namesake(group)) add_once(person.groups, group);
    }
  }

  bool is_of_namesake(const std::string& written) const {
    return std::any_of(scope_.groups.begin(), scope_.groups.end(),
                       [&](const MembershipScope::Group& group) {
                         return group.written == written &&
                                resolved_.is_only_namesake(group.group,
                                                           written);
                       });
  }

  // The directory does not say by which group, or whether by none.
  bool may_be_of_namesake(const std::string& role) const {
    const RoleMapping* mapping = mapping_of(role, scope_);
    return mapping &&
           std::any_of(mapping->groups.begin(), mapping->groups.end(),
                       [&](const std::string& group) {
                         return resolved_.is_only_namesake(group, group);
                       });
  }

  bool is_doubtful(const RoleMapping& mapping) const {
    return directory_says(mapping.role) ||
           !std::all_of(mapping.groups.begin(), mapping.groups.end(),
                        [&](const std::string& group) {
                          return resolved_.means_one(group, group);
                        });
  }

  // What it says and is not held for sure is in doubt.
  bool directory_says(const std::string& role) const {
    return std::any_of(answer_.roles.begin(), answer_.roles.end(),
                       [&](const std::string& key) {
                         return display_name(key, scope_) == role;
                       });
  }

  Names doubtful_roles(const Names& held) const {
    Names doubtful;
    const bool all = doubts_roles();
    for (const std::string& role : roles_of(scope_)) {
      const RoleMapping* mapping = mapping_of(role, scope_);
      if (!holds(held, role) && (all || (mapping && is_doubtful(*mapping)))) {
        doubtful.push_back(role);
      }
    }
    return doubtful;
  }

  // A group that only this machine has is none of the directory's to doubt; one
  // that it says somebody is in, and that is not held, is in doubt.
  bool directory_doubts(const std::string& written) const {
    return !is_fresh() || holds(answer_.groups, written) ||
           (resolved_.is_in_directory(written) &&
            holds(answer_.uncertain_groups, written));
  }

  Names doubtful_groups(const Names& held) const {
    Names doubtful;
    for (const MembershipScope::Group& group : scope_.groups) {
      if (!holds(held, group.written) &&
          (directory_doubts(group.written) ||
           !resolved_.means_one(group.group, group.written))) {
        doubtful.push_back(group.written);
      }
    }
    return doubtful;
  }

  const MembershipScope& scope_;
  const CacheAnswer& answer_;
  const Resolved resolved_;
};

}  // namespace

void merge_memberships(Person& person, const MembershipScope& scope,
                       const CacheAnswer& answer,
                       const DirectoryCache::Unresolved& unresolved) {
  Merge(person, scope, answer, unresolved).run(person);
}

void doubt_memberships(Person& person, const MembershipScope& scope) {
  merge_memberships(person, scope, {}, {});
}

}  // namespace mfa
