// SPDX-License-Identifier: BSD-3-Clause
//
// From nodes to the single records of records.h. What several records must
// agree on is checked by records.cc.
#pragma once

#include <string>

#include "agent/base/result.h"
#include "agent/directory/records.h"
#include "agent/policy/graph_object.h"

namespace mfa {

struct NamedUserRecord {
  std::string account;
  UserRecord record;
};

Result<NamedUserRecord> read_user_record(const graph::Field& user);
Result<DeviceRecord> read_device_record(const graph::Field& device);
Result<MembershipScope::Group> read_group_record(const graph::Field& group);

// An account's name, wherever one stands.
Result<UserName> read_account(const graph::Field& field);

}  // namespace mfa
