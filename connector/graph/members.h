// SPDX-License-Identifier: BSD-3-Clause
//
// The members of one of Graph's objects. A member that is missing where Graph
// always has one, or that is of another type, means that Graph's schema is not
// what this program knows: the first such finding is kept, and verdict() says
// it with the member's path. Members that nobody asks for are none of our
// business.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/result.h"
#include "connector/graph/strict_json.h"

namespace mfa::connector::graph {

// Where an object stands, for errors: "users/delta: value[17]".
struct Place {
  std::string_view resource;
  std::optional<std::size_t> index;  // nullopt: the answer itself
};

// Refers to `object`.
class Members {
 public:
  Members(const Json& object, const Place& place);
  // The member `name` of `outer`, which must be an object, absent or null;
  // findings of it are those of `outer`.
  Members(Members& outer, const char* name);
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  // Must be there: "" and false stand for what is not, until verdict() says so.
  std::string text(const char* name);
  bool truth(const char* name);

  // What is null is absent.
  std::optional<std::string> optional_text(const char* name);
  // "", as some of Graph's services write null, is absent, too.
  std::optional<std::string> filled_text(const char* name);
  std::optional<bool> optional_truth(const char* name);
  const Json* optional_list(const char* name);
  bool has(const char* name) const { return find(name) != nullptr; }

  Result<> verdict() const;

 private:
  const Json* find(const char* name) const;
  void blame(const char* name, std::string_view what);
  template <class T>
  T required(const char* name, std::optional<T> value);

  const Json* object_;  // nullptr: absent
  Place place_;
  std::string prefix_;  // "onPremisesExtensionAttributes."
  std::string own_finding_;
  std::string* finding_ = &own_finding_;
};

}  // namespace mfa::connector::graph
