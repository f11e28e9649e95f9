// SPDX-License-Identifier: BSD-3-Clause
//
// Whatever an LDAP server sends, keys are text within the agent's limits, an
// id is one or an error, and no member is lost. An entry is lines: the DN,
// then "name value"; a line may hold any byte, and is a sync message too.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "connector/ldap/account_state.h"
#include "connector/ldap/dn_key.h"
#include "connector/ldap/limits.h"
#include "connector/ldap/member_range.h"
#include "connector/ldap/read_records.h"
#include "connector/ldap/sync_control.h"
#include "connector/ldap/sync_cookie.h"
#include "connector/ldap/token.h"
#include "wire/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace mfa::connector::ldap {
namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void check_key(std::string_view key) {
  check(key.size() <= kLongestName);
  check(wire::is_text(key));
  for (const char c : key) check(static_cast<unsigned char>(c) >= 0x20);
}

std::string_view take_line(std::string_view& text) {
  const std::size_t at = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return line;
}

Attribute& attribute_called(Entry& entry, std::string_view name) {
  for (Attribute& attribute : entry.attributes) {
    if (same_name(attribute.name, name)) return attribute;
  }
  return entry.attributes.emplace_back(Attribute{name, {}});
}

Entry read_entry(std::string_view text) {
  Entry entry;
  entry.dn = take_line(text);
  while (!text.empty()) {
    const auto line = take_line(text);
    const std::size_t space = std::min(line.find(' '), line.size());
    attribute_called(entry, line.substr(0, space))
        .values.push_back(line.substr(std::min(space + 1, line.size())));
  }
  return entry;
}

Mapping mapping(LdapConfig::Preset preset) {
  LdapConfig config;
  config.preset = preset;
  config.attributes = {{"sshKeys", "sshPublicKey"},
                       {"isCompliant", "compliant"},
                       {"memberOf", "memberOf"},
                       {"disabled", "accountExpires,shadowExpire,pwdEndTime"},
                       {"extensionAttribute1", "room"}};
  return make_mapping(config).value();
}

void check_members(const Mapping& mapping, const Entry& entry) {
  std::size_t count = 0;
  const auto done = read_members(
      mapping, entry, [&](const std::vector<std::string>& keys) -> Result<> {
        check(!keys.empty() && keys.size() <= kMembersAtOnce);
        for (const auto& key : keys) check_key(key);
        count += keys.size();
        return {};
      });
  check(done.has_value());
  std::size_t values = 0;
  for (const auto* names : {&mapping.members, &mapping.member_uids}) {
    for (const auto& name : *names) {
      const Values* found = entry.find(name);
      if (!found) continue;
      for (const auto value : *found) values += value.empty() ? 0 : 1;
    }
  }
  check(count == values);
}

void check_records(const Mapping& mapping, const Entry& entry) {
  const Instant now(std::chrono::seconds(1'795'282'200));
  const auto id = read_id(mapping, entry);
  check(id || id.error().kind == ErrorKind::malformed);
  if (id) check_key(*id);
  if (const auto person = read_person(mapping, entry, "id", now)) {
    for (const auto& name : person->names) check_key(name);
    for (const auto& group : person->member_of) check_key(group);
    if (person->account) check_key(*person->account);
  }
  const Group group = read_group(mapping, entry, "id");
  for (const auto& name : group.names) check_key(name);
  check_members(mapping, entry);
  const Device device = read_device(mapping, entry, "id", now);
  for (const auto& owner : device.owners) check_key(owner);
  for (const auto& key : device.ssh_keys) check_key(key);
  static_cast<void>(next_piece(entry, "member"));
}

void check_messages(std::string_view bytes) {
  if (const auto state = decode_sync_state(bytes)) check_key(state->id);
  static_cast<void>(decode_sync_done(bytes));
  if (const auto info = decode_sync_info(bytes)) {
    for (const auto& id : info->ids) check_key(id);
  }
  check(!is_behind(bytes, bytes));
  if (const auto token = parse_token(bytes)) {
    check(parse_token(to_text(*token))->values == token->values);
  }
}

}  // namespace
}  // namespace mfa::connector::ldap

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mfa::connector;
  static const ldap::Mapping kPosix =
      ldap::mapping(LdapConfig::Preset::rfc2307bis);
  static const ldap::Mapping kActive = ldap::mapping(LdapConfig::Preset::ad);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ldap::Entry entry = ldap::read_entry(text);
  ldap::check_key(ldap::dn_key(entry.dn));
  ldap::check_records(kPosix, entry);
  ldap::check_records(kActive, entry);
  ldap::check_messages(text);
  return 0;
}
