// SPDX-License-Identifier: BSD-3-Clause
//
// People, groups, roles and risks; devices are in connector_devices.cc.
#include "agent/control/connector_records.h"

#include <fmt/format.h>

#include <limits>

#include "agent/base/escape.h"
#include "agent/config/role_names.h"
#include "agent/control/limits.h"
#include "agent/control/member_reader.h"
#include "agent/model/graph_names.h"
#include "agent/model/reserved_uid.h"
#include "agent/model/risk.h"

namespace mfa::control {
namespace {

std::optional<UserName> read_account(MemberReader& in) {
  const auto text = in.optional_name("account");
  if (!text) return std::nullopt;
  auto account = UserName::parse(*text);
  if (!account) {
    in.fail("account",
            mfa::quoted(*text, 64) + " cannot be the name of an account");
  }
  return account;
}

std::optional<std::uint32_t> read_uid(MemberReader& in,
                                      std::uint32_t agent_uid) {
  const auto uid =
      in.optional_number("uid", std::numeric_limits<std::uint32_t>::max());
  if (!uid) return std::nullopt;
  if (is_reserved_uid(*uid, agent_uid)) {
    in.fail("uid", std::to_string(*uid) + " is reserved");
  }
  return static_cast<std::uint32_t>(*uid);
}

bool read_is_guest(MemberReader& in) {
  const auto type = in.optional_name("userType");
  if (!type || type == "Member") return false;
  if (type != "Guest") {
    in.fail("userType", mfa::quoted(*type, 64) + " is no Member or Guest");
  }
  return true;
}

// What only a later version knows is taken for the worst.
template <class E>
E read_word(MemberReader& in, std::string_view member, E worst) {
  return from_graph_name<E>(in.name(member)).value_or(worst);
}

// "": not known, so that no earlier remedy is for this risk.
std::string read_instant(MemberReader& in, std::string_view member) {
  const auto text = in.optional_text(member);
  return text && parse_iso8601(*text) ? *text : std::string();
}

template <class Record>
Result<Record> finished(MemberReader& in, Record record) {
  if (auto ok = in.end(); !ok) return tl::unexpected(std::move(ok.error()));
  return record;
}

std::string_view without_spaces_around(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<DirectoryPerson> read_person(const Json& json, std::uint32_t agent_uid) {
  MemberReader in(json);
  DirectoryPerson person;
  person.id = in.name("id");
  person.names = in.names("names", kMaxRecordNames);
  person.account = read_account(in);
  person.uid = read_uid(in, agent_uid);
  person.principal_name = in.optional_text("userPrincipalName").value_or("");
  person.enabled = in.truth("accountEnabled");
  person.is_guest = read_is_guest(in);
  person.member_of = in.names("memberOf", kMaxRecordGroups);
  return finished(in, std::move(person));
}

Result<DirectoryGroup> read_group(const Json& json) {
  MemberReader in(json);
  DirectoryGroup group;
  group.id = in.name("id");
  group.names = in.names("names", kMaxRecordNames);
  group.display_name = in.optional_text("displayName").value_or("");
  group.members = in.names("members", kMaxConnectorMessage);
  group.member_of = in.names("memberOf", kMaxRecordGroups);
  return finished(in, std::move(group));
}

Result<DirectoryRoleAssignment> read_role_assignment(const Json& json) {
  MemberReader in(json);
  DirectoryRoleAssignment assignment;
  assignment.role = role_key(in.name("role"));
  assignment.principal = in.name("principal");
  return finished(in, std::move(assignment));
}

Result<DirectoryRisk> read_risk(const Json& json) {
  MemberReader in(json);
  DirectoryRisk risk;
  risk.id = in.name("id");
  auto level = read_word(in, "riskLevel", RiskLevel::high);
  const auto state = read_word(in, "riskState", RiskState::at_risk);
  in.optional_text("riskDetail");
  const std::string updated = read_instant(in, "riskLastUpdatedDateTime");
  if (is_risk_without_level(level, state)) level = RiskLevel::high;
  risk.level = effective_risk(level, state).value_or(RiskLevel::high);
  risk.stamp = risk_stamp(level, state, updated);
  return finished(in, std::move(risk));
}

DirectoryRisk risk_not_understood(DirectoryKey person) {
  return {std::move(person), RiskLevel::high, ""};
}

Result<DirectoryKey> read_key(const Json& json) {
  if (const char* fault = fault_of_name(json)) {
    return error(ErrorKind::malformed, fault);
  }
  return json.get<std::string>();
}

void read_refused_account(const Json& json, RefusedRecord& record) {
  if (!json.is_object()) return;
  const auto account = json.find("account");
  record.has_account = account != json.end() && !account->is_null();
  if (!record.has_account || !account->is_string()) return;
  const auto& text = account->get_ref<const std::string&>();
  record.account = UserName::parse(without_spaces_around(text));
  // Nobody signs in by what can be no account's name, however it is read.
  record.has_account = record.account.has_value();
}

tl::unexpected<Error> too_many_refused() {
  return error(ErrorKind::malformed,
               fmt::format("more than {} records or names of one call are not "
                           "acceptable; the generation is given up",
                           kMaxRefusedRecords));
}

std::string id_of(const Json& json) {
  if (json.is_string()) return mfa::escaped(json.get<std::string>(), 64);
  for (const char* member : {"id", "deviceId", "principal"}) {
    if (!json.is_object()) break;
    const auto found = json.find(member);
    if (found != json.end() && found->is_string()) {
      return mfa::escaped(found->get<std::string>(), 64);
    }
  }
  return {};
}

}  // namespace mfa::control
