// SPDX-License-Identifier: BSD-3-Clause
//
// Which attributes of this directory mean what, and which entries are people,
// groups and devices: a preset, with what the configuration says otherwise.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/base/result.h"
#include "connector/config/config.h"

namespace mfa::connector::ldap {

using Names = std::vector<std::string>;

// What is searched for, and what is asked of it.
struct Scope {
  enum class What { people, groups, devices };
  What what = What::people;
  std::string base;
  std::string filter;
  Names attributes;
};

struct Mapping {
  enum class IdForm { uuid, guid, text };

  Names id;  // the first that an entry has
  IdForm id_form = IdForm::uuid;
  // The administrator chose an attribute of people or devices as their id. A
  // server that is told to send changes names what is gone by its own id only.
  bool own_ids = false;

  std::string account;
  bool account_in_lower_case = false;
  std::string uid;
  std::string user_principal_name;
  std::string user_type;
  Names member_of;            // DNs
  std::string primary_group;  // number of a group in the person's domain
  std::string sid;            // of people and groups
  std::string member_name;    // what `member_uids` hold
  Names disabled;             // see account_state.h

  Names members;      // DNs
  Names member_uids;  // names of accounts
  std::string group_name;

  std::string device_id;  // "": the entry's id
  std::string device_name;
  std::string owners;  // DNs
  std::string ssh_keys;
  std::string is_compliant;
  std::string trust_type, operating_system, operating_system_version,
      manufacturer, model;
  std::map<std::string, std::string> extension_attributes;

  std::vector<Scope> scopes;  // people, groups, and devices if asked for
  // Entries that others lie beneath.
  std::string container_filter;
};

// Errors (malformed): a name that no part of the mapping has, or an attribute
// that cannot be one.
Result<Mapping> make_mapping(const LdapConfig& config);

// Of a scope that also asks for when an entry changed.
inline constexpr char kChangeNumber[] = "uSNChanged";
inline constexpr char kChangeTime[] = "modifyTimestamp";

}  // namespace mfa::connector::ldap
