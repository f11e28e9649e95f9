// SPDX-License-Identifier: BSD-3-Clause
//
// Where a generation's people, groups and memberships go: into the file in
// force, change by change (PeopleEdits), or into a new file as a whole
// (PeopleLoad). Failures of the database stay with it.
#pragma once

#include <string>

#include "agent/base/result.h"
#include "agent/cache/cache.h"

namespace mfa {

class PeopleSink {
 public:
  virtual ~PeopleSink() = default;

  virtual void put(const DirectoryPerson& person) = 0;
  virtual void put(const DirectoryGroup& group) = 0;
  // `conflict`: there is no such group.
  virtual Result<> change(const change::Members& members) = 0;
  // A person or group; nothing when there is none.
  virtual void remove(const std::string& id) = 0;
  virtual void mark_present(const std::string& id) = 0;
  // Somebody whose record is refused: what was known goes, and the account is
  // disabled, whether it was known or not.
  using Refused = change::Refused::Person;
  virtual void bury(const Refused& person) = 0;
};

}  // namespace mfa
