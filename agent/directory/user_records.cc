// SPDX-License-Identifier: BSD-3-Clause
//
// People and groups of the directory file.
#include <fmt/format.h>

#include <utility>

#include "agent/base/escape.h"
#include "agent/config/readers.h"
#include "agent/directory/read_records.h"
#include "agent/model/risk.h"

namespace mfa {
namespace {

using graph::Field;

// A user as written.
struct User {
  NamedUserRecord named;
  std::optional<RiskLevel> risk_level;
  std::optional<RiskState> risk_state;
  std::string risk_updated;
};

Result<> read_text(const Field& field, std::size_t longest, std::string& to) {
  return assign(to, yaml::text(field.node, field.name, longest));
}

Result<> read_user_account(const Field& field, User& to) {
  const auto account = read_account(field);
  if (!account) return tl::unexpected(account.error());
  to.named.account = account->str();
  return {};
}

Result<> read_id(const Field& field, User& to) {
  return read_text(field, kMaxRecordTextBytes, to.named.record.id);
}

Result<> read_principal_name(const Field& field, User& to) {
  return read_text(field, kMaxRecordTextBytes, to.named.record.principal_name);
}

Result<> read_is_guest(const Field& field, User& to) {
  return assign(to.named.record.is_guest,
                yaml::boolean(field.node, field.name));
}

Result<> read_risk_level(const Field& field, User& to) {
  return graph::read_optional_word(field, graph_names<RiskLevel>(),
                                   to.risk_level);
}

Result<> read_risk_state(const Field& field, User& to) {
  return graph::read_optional_word(field, graph_names<RiskState>(),
                                   to.risk_state);
}

Result<> read_risk_updated(const Field& field, User& to) {
  return read_text(field, kMaxRiskTimeBytes, to.risk_updated);
}

Result<> read_sign_in_risk(const Field& field, User& to) {
  return graph::read_optional_word(field, graph_names<RiskLevel>(),
                                   to.named.record.sign_in_risk);
}

constexpr graph::Member<User> kUserMembers[] = {
    {"account", read_user_account},
    {"id", read_id},
    {"userPrincipalName", read_principal_name},
    {"isGuest", read_is_guest},
    {"riskLevel", read_risk_level},
    {"riskState", read_risk_state},
    {"riskLastUpdatedDateTime", read_risk_updated},
    {"signInRiskLevel", read_sign_in_risk},
};

Result<> check_risk(const Field& object, const User& user) {
  if (!is_risk_without_level(user.risk_level, user.risk_state)) return {};
  return yaml::error_at(object.node.find("riskState")->place,
                        "riskState is atRisk, and riskLevel does not say how "
                        "much; write `riskLevel: low`, medium or high");
}

Result<> read_group_id(const Field& field, MembershipScope::Group& to) {
  return read_text(field, kMaxRecordTextBytes, to.written);
}

Result<> read_linux_group(const Field& field, MembershipScope::Group& to) {
  return assign(to.group,
                read_group(field.node, field.name, kMaxRecordTextBytes));
}

constexpr graph::Member<MembershipScope::Group> kGroupMembers[] = {
    {"id", read_group_id},
    {"group", read_linux_group},
};

}  // namespace

Result<UserName> read_account(const Field& field) {
  const auto text = yaml::text(field.node, field.name, kMaxRecordTextBytes);
  if (!text) return tl::unexpected(text.error());
  if (auto account = UserName::parse(*text)) return std::move(*account);
  return yaml::error_at(field.node.place,
                        quoted(*text) +
                            " cannot be the name of an account; write it as "
                            "`getent passwd` shows it");
}

Result<NamedUserRecord> read_user_record(const Field& object) {
  User user;
  if (auto ok = graph::read_members(object, kUserMembers, user); !ok) {
    return tl::unexpected(ok.error());
  }
  if (user.named.account.empty()) {
    return graph::missing(object, "account",
                          "write the name of the account on this machine");
  }
  if (auto ok = check_risk(object, user); !ok) {
    return tl::unexpected(ok.error());
  }
  user.named.record.risk = effective_risk(user.risk_level, user.risk_state);
  user.named.record.risk_stamp =
      risk_stamp(user.risk_level, user.risk_state, user.risk_updated);
  return std::move(user.named);
}

Result<MembershipScope::Group> read_group_record(const Field& object) {
  MembershipScope::Group group;
  if (auto ok = graph::read_members(object, kGroupMembers, group); !ok) {
    return tl::unexpected(ok.error());
  }
  if (group.written.empty()) {
    return graph::missing(object, "id", "write the group as policies do");
  }
  if (group.group.empty()) {
    return graph::missing(object, "group",
                          "write the group of this machine that it is");
  }
  return group;
}

}  // namespace mfa
