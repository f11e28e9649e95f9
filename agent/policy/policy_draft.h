// SPDX-License-Identifier: BSD-3-Clause
//
// A policy while it is read, member by member. Pure.
#pragma once

#include <string>
#include <utility>

#include "agent/policy/graph_object.h"
#include "agent/policy/policy.h"

namespace mfa {

struct PolicyDraft {
  const NamedLocations& locations;
  Policy policy;

  // What is written and has no effect here; a sentence for lint.
  void note(std::string sentence) {
    policy.without_meaning.push_back(std::move(sentence));
  }
};

using PolicyMember = graph::Member<PolicyDraft>;

// A text that Graph writes and nobody here needs.
inline Result<> any_text(const graph::Field& field, PolicyDraft&) {
  return graph::any_text(field);
}

// A member of Graph's beta that would mean something if it were not empty.
inline Result<> must_be_empty(const graph::Field& field, PolicyDraft&) {
  return graph::check_empty(field);
}

}  // namespace mfa
