// SPDX-License-Identifier: BSD-3-Clause
//
// The directory's records as they travel to the agent, whatever system they
// come from. Values; agent/control/org.pammfa.Connector.varlink says what each
// member means. The agent checks them: here nothing is trusted and nothing is
// repaired.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mfa::connector {

enum class Kind { people, roles, risks, devices };

struct Person {
  std::string id;
  std::vector<std::string> names;
  std::optional<std::string> account;
  std::optional<std::int64_t> uid;
  std::optional<std::string> user_principal_name;
  bool account_enabled = false;
  std::optional<std::string> user_type;
  std::vector<std::string> member_of;
};

struct Group {
  std::string id;
  std::vector<std::string> names;
  std::optional<std::string> display_name;
  std::vector<std::string> members;
  std::vector<std::string> member_of;
};

struct RoleAssignment {
  std::string role;
  std::string principal;
};

struct Risk {
  std::string id;
  std::string risk_level;
  std::string risk_state;
  std::optional<std::string> risk_detail;
  std::optional<std::string> risk_last_updated_date_time;
};

struct Device {
  std::string device_id;
  std::optional<std::string> display_name;
  bool account_enabled = false;
  std::optional<bool> is_compliant;
  std::optional<std::string> trust_type, operating_system,
      operating_system_version, manufacturer, model;
  std::map<std::string, std::string> extension_attributes;
  std::vector<std::string> owners;
  std::vector<std::string> ssh_keys;
};

}  // namespace mfa::connector
