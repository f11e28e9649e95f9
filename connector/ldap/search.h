// SPDX-License-Identifier: BSD-3-Clause
//
// Searches that end, in pages; one entry in memory at a time.
#pragma once

#include <functional>

#include "connector/ldap/connection.h"
#include "connector/ldap/entry.h"

namespace mfa::connector::ldap {

// An entry as a view of its message, which this does not own.
class ReceivedEntry {
 public:
  ReceivedEntry(const Connection& connection, LDAPMessage* message);

  const Entry& entry() const { return entry_; }
  // False: cut off or not an entry.
  bool is_whole() const { return whole_; }

 private:
  Attribute& attribute_called(std::string_view name);

  Entry entry_;
  bool whole_ = false;
};

using TakeEntry = std::function<Result<>(const Entry&)>;
using AfterPage = std::function<Result<>()>;

// Every entry to `take`; after each page, when the connection is free for
// other questions, `after_page`. The first error of either ends it.
Result<> search_all(Connection& connection, SearchRequest request,
                    const TakeEntry& take, const AfterPage& after_page = {});

// Of all entries of a scope the id only.
SearchRequest request_for_ids(const Mapping& mapping, const Scope& scope);

// One entry by its name. Error (malformed): it is not there, or may not be
// read.
Result<> search_one(Connection& connection, const std::string& dn,
                    const Names& attributes, const TakeEntry& take);

}  // namespace mfa::connector::ldap
