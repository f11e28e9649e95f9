// SPDX-License-Identifier: BSD-3-Clause
//
// Groups as a delta query tells of them, made into records: a group may come
// several times, in parts, and what has not changed is left out.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/base/result.h"
#include "connector/graph/generation.h"
#include "connector/graph/guid.h"
#include "connector/graph/read_records.h"

namespace mfa::connector::graph {

class GroupDelivery {
 public:
  GroupDelivery(const Tenant& tenant, OpenGeneration& generation)
      : tenant_(tenant), generation_(generation) {}

  Result<> deliver(const Json& entry, const Place& place);

 private:
  Result<> remove(const std::string& id);
  Result<> put(const GroupChange& change);
  // As Graph has it now, not as the delta says: with all its members.
  Result<> fetch_and_put(const std::string& id);
  Result<> fetch_members(const std::string& id);
  Result<> change_members(const GroupChange& change);
  bool knows_name(const GroupChange& change) const;
  Result<> remember(const std::string& id, const std::string& display_name);

  const Tenant& tenant_;
  OpenGeneration& generation_;
  // Put in this generation: hash of the name with which it was.
  std::unordered_map<Guid, std::size_t, GuidHash> put_;
};

}  // namespace mfa::connector::graph
