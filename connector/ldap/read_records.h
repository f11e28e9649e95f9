// SPDX-License-Identifier: BSD-3-Clause
//
// An entry as the record it stands for. Pure. Nothing is guessed: what is not
// one value where one is meant becomes a value that the agent refuses, so that
// an administrator reads of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "connector/ldap/entry.h"
#include "connector/ldap/mapping.h"
#include "connector/model/records.h"

namespace mfa::connector::ldap {

// Errors (malformed) are of the whole directory, not of the entry: something
// that every entry has cannot be read.
Result<std::string> read_id(const Mapping& mapping, const Entry& entry);

Result<Person> read_person(const Mapping& mapping, const Entry& entry,
                           std::string id, Instant now);

// Without its members, which may be many.
Group read_group(const Mapping& mapping, const Entry& entry, std::string id);

// Hands the members to `take`, kMembersAtOnce at most in one call. The first
// error of `take` ends it.
using TakeMembers = std::function<Result<>(std::vector<std::string>)>;
Result<> read_members(const Mapping& mapping, const Entry& entry,
                      const TakeMembers& take);

Device read_device(const Mapping& mapping, const Entry& entry, std::string id,
                   Instant now);

}  // namespace mfa::connector::ldap
