// SPDX-License-Identifier: BSD-3-Clause
//
// The entries that others lie beneath: organizational units and their like.
// When one is renamed or moved, everything beneath it has another name without
// having changed, and no server tells of that; but members of groups are known
// by their names. So we keep in mind which containers there were, and when
// they are others, everything is read again. They are few, so they are listed
// each time that something is committed.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connector/ldap/connection.h"
#include "connector/ldap/entry.h"

namespace mfa::connector::ldap {

// Of a token: the digest of the containers.
inline constexpr char kContainers[] = "containers";

class Containers {
 public:
  // One that container_searches() found. False: there are more than
  // kMostContainers.
  bool put(const Entry& entry);
  // All of `before` are there, by the same names, and beside them only some
  // that were just made, beneath which nothing had another name.
  bool follow(const Containers& before) const;
  // Other for others; the order in which they came does not matter.
  std::string digest() const;

 private:
  struct Container {
    std::string name;
    bool is_just_made = false;
  };
  std::map<std::string, Container> by_id_;
};

// What is said when there are too many.
Error too_many_containers(const Connection& server);

// What asks for all containers with people or groups.
std::vector<SearchRequest> container_searches(const Mapping& mapping);

// Asks for them, page by page.
Result<std::string> digest_of_containers(Connection& connection,
                                         const Mapping& mapping);

}  // namespace mfa::connector::ldap
