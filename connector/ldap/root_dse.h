// SPDX-License-Identifier: BSD-3-Clause
//
// What a server says of itself.
#pragma once

#include <cstdint>
#include <string>

#include "connector/ldap/connection.h"

namespace mfa::connector::ldap {

struct RootDse {
  bool has_syncrepl = false;
  bool is_active_directory = false;
  // Of Active Directory.
  std::int64_t highest_change = 0;  // highestCommittedUSN
  std::string service_name;         // DN of this server's settings
  std::string naming_context;
};

Result<RootDse> read_root_dse(Connection& connection);

}  // namespace mfa::connector::ldap
