// SPDX-License-Identifier: BSD-3-Clause
//
// What a connector says of people, groups, roles, risks and devices: values,
// already checked on their own (lengths, characters, numbers). What several of
// them must agree on is the cache's affair.
//
// A `Key` is how records name each other: an immutable id, or any other name
// that the directory uses (a distinguished name, a uid). Compared exactly.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/model/device.h"
#include "agent/model/enum_set.h"
#include "agent/model/sign_in_facts.h"
#include "agent/model/user_name.h"

namespace mfa {

// A kind of fact; each has an age of its own.
enum class DirectoryKind { people, roles, risks, devices };
using DirectoryKinds = EnumSet<DirectoryKind>;

using DirectoryKey = std::string;

struct DirectoryPerson {
  std::string id;
  std::vector<DirectoryKey> names;
  std::optional<UserName> account;  // nullopt: no account by this record
  std::optional<std::uint32_t> uid;
  std::string principal_name;  // "": unknown
  bool enabled = false;
  bool is_guest = false;
  std::vector<DirectoryKey> member_of;
};

struct DirectoryGroup {
  std::string id;
  std::vector<DirectoryKey> names;
  std::string display_name;  // "": none
  std::vector<DirectoryKey> members;
  std::vector<DirectoryKey> member_of;
};

struct DirectoryRoleAssignment {
  std::string role;  // role_key() of it (config/role_names.h)
  DirectoryKey principal;
  auto operator<=>(const DirectoryRoleAssignment&) const = default;
};

struct DirectoryRisk {
  std::string id;
  // What policies may believe: riskState has been applied to riskLevel.
  RiskLevel level = RiskLevel::hidden;
  // Changes whenever the directory says something new of the risk.
  std::string stamp;
};

struct DirectoryDevice {
  Device device;
  bool enabled = false;
  std::optional<DevicePlatform> platform;
  std::vector<DirectoryKey> owners;
  std::vector<std::string> ssh_keys;  // fingerprints
};

// What the central directory says of one account, at a sign-in.
struct CentralRecord {
  enum class Standing {
    unknown,  // not in the directory: an account of this machine alone
    enabled,
    disabled,  // or gone: it was there once
    conflict,  // several people by this name, or another uid
  };
  Standing standing = Standing::unknown;
  std::string detail;  // of disabled and conflict: one sentence for the log
  std::string id;
  std::string principal_name;
  bool is_guest = false;
  // Whether the directory brings risks at all: then a risk that is not known
  // here is not known.
  bool keeps_risks = false;
  // nullopt: not known (any more). Facts that are too old and bad are kept.
  std::optional<RiskLevel> risk;
  std::string risk_stamp;
  std::vector<DirectoryDevice> devices;  // those that the person owns
  // False: too old to be believed where it would help the person.
  bool memberships_are_fresh = false;
  bool devices_are_fresh = false;
};

}  // namespace mfa
