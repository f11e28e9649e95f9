// SPDX-License-Identifier: BSD-3-Clause
//
// People and groups by delta query: in full the first time, afterwards what
// has changed. One generation for both, since a person without groups is
// somebody else to a policy.
#pragma once

#include "agent/base/result.h"
#include "connector/graph/generation.h"

namespace mfa::connector::graph {

// Graph lets a tenant have half a million objects, more on request; we remember
// 56 bytes of each group while it is being brought in full.
inline constexpr std::size_t kMaxGroups = 500'000;
// Ids in one call to the agent: 200 KiB of the 1 MiB that a message may have.
inline constexpr std::size_t kMaxMembersInCall = 5'000;

// `complete` or `forbidden`.
Result<WalkEnd> bring_people(const Tenant& tenant, Destination& to);

}  // namespace mfa::connector::graph
