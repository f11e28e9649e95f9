// SPDX-License-Identifier: BSD-3-Clause
//
// Entries as records into one generation of the agent's. It is begun when
// there is something to bring, so that a directory without changes makes no
// generations.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connector/ldap/entry.h"
#include "connector/ldap/mapping.h"
#include "connector/model/source.h"

namespace mfa::connector::ldap {

class Delivery {
 public:
  // `base`: the generation that it follows. All must outlive it.
  Delivery(Receiver& agent, const Mapping& mapping, const Clock& clock,
           bool full, std::uint64_t base);

  // An entry moves from one scope to another in any order of "is here" and "is
  // gone": it is removed when the generation ends, and only if no scope had it
  // last.
  Result<> put(Scope::What what, const Entry& entry, std::string id);
  Result<> gone(Scope::What what, const std::string& id);
  Result<> add_members(const std::string& group, const Entry& entry);
  Result<> present(std::string id);

  bool is_open() const { return generation_ != nullptr; }
  bool is_full() const { return full_; }
  // Records and members that were handed on.
  std::size_t changes() const { return changes_; }
  // Entries that a generation of changes named.
  std::size_t named() const { return named_.size(); }
  bool has(const std::string& id) const;

  // The generation's number. Error (malformed): a full generation without
  // people, or without an account: a wrong base, filter, attribute or
  // permission looks like this.
  Result<std::uint64_t> commit(std::string token, bool remove_absent = false);

 private:
  Result<Generation*> open();
  Result<> put_person(const Entry& entry, std::string id);
  Result<> put_group(const Entry& entry, std::string id);
  Result<> check_people() const;
  Result<> remove_gone();

  Receiver& agent_;
  const Mapping& mapping_;
  const Clock& clock_;
  bool full_;
  std::uint64_t base_;
  std::unique_ptr<Generation> generation_;
  // Of changes: in which scopes an entry is, a bit each.
  std::map<std::string, unsigned> named_;
  std::size_t changes_ = 0, people_ = 0, accounts_ = 0;
};

// What an LDAP directory brings: people with their groups, and devices where
// they are asked for.
std::vector<Kind> kinds_of(const Mapping& mapping);

}  // namespace mfa::connector::ldap
