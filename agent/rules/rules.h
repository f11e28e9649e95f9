// SPDX-License-Identifier: BSD-3-Clause
//
// Everything that decides who gets in and how: what an administrator wrote in
// files, loaded together, checked together and put in force together.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "agent/config/config.h"
#include "agent/directory/country_database.h"
#include "agent/directory/directory.h"
#include "agent/directory/records.h"
#include "agent/policy/policy.h"

namespace mfa {

class DirectoryCache;

// Groups that policies and role mappings name. Each costs a lookup in NSS every
// minute, some 0.1 to 1 ms with sssd or nslcd: of so many, two seconds of one
// thread. One policy alone may list so many.
inline constexpr std::size_t kMaxGroupsOfRules = 2000;

struct Rules {
  Config config;
  Policies policies;
  DirectoryRecords records;
  // What the directory is asked about people; made from the others.
  MembershipScope scope;
  std::shared_ptr<const CountryDatabase> countries;  // nullptr: none
  // Changes with every change of what is required of people.
  std::string fingerprint;
};

// Reads the configuration and every file it names. Blocks in the disk only.
// Errors say "FILE:LINE:COLUMN: what; what to do".
Result<Rules> load_rules(const std::string& config_file);

// What the files say together: an error where a policy would do less than it
// reads. load_rules() calls it.
Result<> check_rules(const Rules& rules);

// What cannot be right although it reads well: names that nobody and nothing
// has, in the configuration and in policies that are not disabled. Blocks in
// NSS.
std::vector<std::string> unresolved_names(const Rules& rules);

// Where there is a central directory: groups that rules name and that it and
// NSS do not have, or that mean several of its groups; and people whom only it
// can know. What cannot be told is a warning, also as long as the directory
// was never brought. `cache` nullptr: it cannot be asked. Blocks.
struct CentralComplaints {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};
CentralComplaints unresolved_centrally(const Rules& rules,
                                       DirectoryCache* cache, Instant now);

// What is allowed and yet worth a second look, one sentence each.
std::vector<std::string> warnings(const Rules& rules);

}  // namespace mfa
