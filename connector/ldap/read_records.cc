// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/read_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "agent/base/base64.h"
#include "agent/base/escape.h"
#include "agent/base/sha256.h"
#include "connector/ldap/account_state.h"
#include "connector/ldap/binary_ids.h"
#include "connector/ldap/dn_key.h"
#include "connector/ldap/limits.h"

namespace mfa::connector::ldap {
namespace {

// No account has it and the agent refuses it.
constexpr std::int64_t kNoUid = -1;

std::optional<std::string> text(const Entry& entry, std::string_view name) {
  if (name.empty() || entry.count(name) == 0) return std::nullopt;
  return plain_key(entry.first(name));
}

// Two values are refused by the agent for the space between them.
std::optional<std::string> account_of(const Mapping& mapping,
                                      const Entry& entry) {
  const Values* values = entry.find(mapping.account);
  if (!values || values->empty()) return std::nullopt;
  std::string account = plain_key(fmt::format("{}", fmt::join(*values, " ")));
  if (mapping.account_in_lower_case) {
    std::ranges::transform(account, account.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
  }
  return account;
}

// Exactly as the kernel's tools write it: "1e3" and "+1" are none.
std::optional<std::int64_t> uid_of(const Mapping& mapping, const Entry& entry) {
  if (mapping.uid.empty() || entry.count(mapping.uid) == 0) return std::nullopt;
  if (entry.count(mapping.uid) > 1) return kNoUid;
  const auto number = parse_number(entry.first(mapping.uid));
  return number && *number >= 0 ? *number : kNoUid;
}

void append(std::vector<std::string>& keys, const Entry& entry,
            std::string_view name, std::string (*key)(std::string_view)) {
  const Values* values = name.empty() ? nullptr : entry.find(name);
  if (!values) return;
  for (const std::string_view value : *values) {
    if (keys.size() < kMostValues) keys.push_back(key(value));
  }
}

void append_sid(std::vector<std::string>& keys, const Mapping& mapping,
                const Entry& entry) {
  if (mapping.sid.empty()) return;
  if (auto sid = sid_text(entry.first(mapping.sid))) keys.push_back(*sid);
}

std::vector<std::string> names_of_person(const Mapping& mapping,
                                         const Entry& entry) {
  std::vector<std::string> names = {dn_key(entry.dn)};
  if (!mapping.member_uids.empty()) {
    append(names, entry, mapping.member_name, plain_key);
  }
  append_sid(names, mapping, entry);
  return names;
}

std::vector<std::string> groups_of_person(const Mapping& mapping,
                                          const Entry& entry) {
  std::vector<std::string> groups;
  for (const std::string& name : mapping.member_of) {
    append(groups, entry, name, dn_key);
  }
  if (mapping.primary_group.empty() || mapping.sid.empty()) return groups;
  const auto sid = sid_of_group(entry.first(mapping.sid),
                                entry.first(mapping.primary_group));
  if (sid) groups.push_back(*sid);
  return groups;
}

std::string_view bare_name(const std::string& name) {
  return std::string_view(name).substr(0, name.find(';'));
}

// A member of uniqueMember's syntax is told by the attribute alone.
std::string member_key(std::string_view attribute, std::string_view value) {
  return same_name(attribute, "uniqueMember") ? unique_member_key(value)
                                              : dn_key(value);
}

std::optional<bool> boolean(const Entry& entry, std::string_view name) {
  if (name.empty()) return std::nullopt;
  if (same_name(entry.first(name), "TRUE")) return true;
  if (same_name(entry.first(name), "FALSE")) return false;
  return std::nullopt;
}

// "ssh-ed25519 AAAA... ann@laptop" as OpenSSH's fingerprint of it; a
// fingerprint stays one. Anything else is left to the agent to refuse.
std::string fingerprint(std::string_view value) {
  const auto space = value.find(' ');
  if (space == value.npos) return plain_key(value);
  auto blob = value.substr(space + 1);
  blob = blob.substr(0, blob.find(' '));
  const auto bytes = decode_base64(blob);
  if (!bytes || bytes->empty()) return plain_key(value);
  return "SHA256:" + encode_base64_unpadded(sha256(*bytes));
}

std::optional<std::string> id_text(Mapping::IdForm form,
                                   std::string_view value) {
  switch (form) {
    case Mapping::IdForm::uuid:
      return canonical_uuid(value);
    case Mapping::IdForm::guid:
      return guid_text(value);
    case Mapping::IdForm::text:
      if (value.empty()) return std::nullopt;
      return plain_key(value);
  }
  return std::nullopt;
}

// An attribute that Active Directory gives every account: without it nobody
// can tell who is disabled.
Result<> require_account_control(const Mapping& mapping, const Entry& entry) {
  constexpr std::string_view kControl = "userAccountControl";
  const bool wanted = std::ranges::any_of(
      mapping.disabled,
      [&](const std::string& name) { return same_name(name, kControl); });
  if (!wanted || entry.count(kControl) == 1) return {};
  return error(ErrorKind::malformed,
               fmt::format("{} has no {} that may be read, so whether the "
                           "account is disabled is not known; let the "
                           "connector's account read it",
                           quoted(entry.dn), kControl));
}

}  // namespace

Result<std::string> read_id(const Mapping& mapping, const Entry& entry) {
  for (const std::string& name : mapping.id) {
    if (entry.count(name) != 1) continue;
    if (auto id = id_text(mapping.id_form, entry.first(name))) return *id;
  }
  return error(
      ErrorKind::malformed,
      fmt::format("{} has no usable {}; let the connector's account read it, "
                  "or name another attribute (attributes: id)",
                  quoted(entry.dn), fmt::join(mapping.id, " or ")));
}

Result<Person> read_person(const Mapping& mapping, const Entry& entry,
                           std::string id, Instant now) {
  const auto known = require_account_control(mapping, entry);
  if (!known) return tl::unexpected(known.error());
  Person person;
  person.id = std::move(id);
  person.names = names_of_person(mapping, entry);
  person.account = account_of(mapping, entry);
  person.uid = uid_of(mapping, entry);
  person.user_principal_name = text(entry, mapping.user_principal_name);
  person.account_enabled = !is_disabled(entry, mapping.disabled, now);
  person.user_type = text(entry, mapping.user_type);
  person.member_of = groups_of_person(mapping, entry);
  return person;
}

Group read_group(const Mapping& mapping, const Entry& entry, std::string id) {
  Group group;
  group.id = std::move(id);
  group.names = {dn_key(entry.dn)};
  append_sid(group.names, mapping, entry);
  group.display_name = text(entry, mapping.group_name);
  return group;
}

Result<> read_members(const Mapping& mapping, const Entry& entry,
                      const TakeMembers& take) {
  std::vector<std::string> batch;
  const auto add = [&](std::string key) -> Result<> {
    batch.push_back(std::move(key));
    if (batch.size() < kMembersAtOnce) return {};
    return take(std::exchange(batch, {}));
  };
  const auto add_all = [&](const std::string& attribute,
                           bool are_dns) -> Result<> {
    const auto name = bare_name(attribute);
    const Values* values = entry.find(name);
    if (!values) return {};
    for (const std::string_view value : *values) {
      if (value.empty()) continue;  // groupOfNames without members
      const auto added =
          add(are_dns ? member_key(name, value) : plain_key(value));
      if (!added) return added;
    }
    return {};
  };
  for (const std::string& attribute : mapping.members) {
    if (const auto done = add_all(attribute, true); !done) return done;
  }
  for (const std::string& attribute : mapping.member_uids) {
    if (const auto done = add_all(attribute, false); !done) return done;
  }
  return batch.empty() ? Result<>() : take(std::move(batch));
}

Device read_device(const Mapping& mapping, const Entry& entry, std::string id,
                   Instant now) {
  Device device;
  device.device_id = text(entry, mapping.device_id).value_or(std::move(id));
  device.display_name = text(entry, mapping.device_name);
  device.account_enabled = !is_disabled(entry, mapping.disabled, now);
  device.is_compliant = boolean(entry, mapping.is_compliant);
  device.trust_type = text(entry, mapping.trust_type);
  device.operating_system = text(entry, mapping.operating_system);
  device.operating_system_version =
      text(entry, mapping.operating_system_version);
  device.manufacturer = text(entry, mapping.manufacturer);
  device.model = text(entry, mapping.model);
  for (const auto& [name, attribute] : mapping.extension_attributes) {
    if (auto value = text(entry, attribute)) {
      device.extension_attributes[name] = *value;
    }
  }
  append(device.owners, entry, mapping.owners, dn_key);
  append(device.ssh_keys, entry, mapping.ssh_keys, fingerprint);
  return device;
}

}  // namespace mfa::connector::ldap
