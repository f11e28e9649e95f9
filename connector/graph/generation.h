// SPDX-License-Identifier: BSD-3-Clause
//
// How a kind of fact travels from Graph to the agent: in a generation that is
// opened when there is something to say, and given up when anything fails.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "connector/config/config.h"
#include "connector/graph/api.h"
#include "connector/graph/pages.h"
#include "connector/model/source.h"

namespace mfa::connector::graph {

// Where records come from.
struct Tenant {
  Api& api;
  const GraphConfig& config;
  const Clock& clock;
  std::string origin;    // of links: link.h
  std::string base_url;  // "https://graph.microsoft.com/v1.0/"
};

// Where they go. `position` is moved on by what is committed.
struct Destination {
  Receiver& agent;
  Position position;
};

class OpenGeneration {
 public:
  OpenGeneration(Destination& to, Kind kind, bool full)
      : to_(to), kind_(kind), full_(full) {}

  bool is_full() const { return full_; }
  bool is_open() const { return open_ != nullptr; }
  // Opens it where it is not.
  Result<Generation*> get();
  // One call on it: put, remove, ...
  Result<> tell(const std::function<Result<>(Generation&)>& what);
  // The kind is as Graph has it now. Opens a generation for that, too.
  Result<> commit(const std::string& token);

 private:
  Destination& to_;
  Kind kind_;
  bool full_;
  std::unique_ptr<Generation> open_;
};

using PutEntry = std::function<Result<>(Generation& generation,
                                        const Json& entry, const Place& place)>;

// A whole collection as a full generation of its kind. Anything but `complete`
// leaves the last generation in force.
Result<WalkEnd> bring_whole(const Tenant& tenant, Destination& to, Kind kind,
                            const Walk& walk, const PutEntry& put);

}  // namespace mfa::connector::graph
