// SPDX-License-Identifier: BSD-3-Clause
#include "agent/facts/identity.h"

#include <fmt/format.h>

#include "agent/base/sha256.h"
#include "agent/store/limits.h"

namespace mfa {
namespace {

const CentralRecord* central_of(const Person& person) {
  return person.central && !person.central->id.empty() ? &*person.central
                                                       : nullptr;
}

std::optional<RiskLevel> written_risk(
    const Rules& rules, const UserRecord* record,
    std::optional<RiskLevel> UserRecord::*risk) {
  if (rules.config.directory_file.empty()) return std::nullopt;
  return record ? (record->*risk).value_or(RiskLevel::none) : RiskLevel::none;
}

// How bad it is; hidden is nothing that could be told to be less.
int weight(RiskLevel level) {
  switch (level) {
    case RiskLevel::none:
      return 0;
    case RiskLevel::hidden:
      return 1;
    case RiskLevel::low:
      return 2;
    case RiskLevel::medium:
      return 3;
    case RiskLevel::high:
      return 4;
  }
  return 4;
}

bool is_risk(const std::optional<RiskLevel>& level) {
  return level && *level != RiskLevel::none;
}

std::optional<RiskLevel> worse(std::optional<RiskLevel> one,
                               std::optional<RiskLevel> other) {
  if (!one || !other) return one ? one : other;
  return weight(*one) < weight(*other) ? other : one;
}

std::string digest(const std::string& text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::string hex;
  for (const std::uint8_t byte : sha256({bytes, text.size()})) {
    hex += fmt::format("{:02x}", byte);
  }
  return hex;
}

std::string fitting(std::string stamp) {
  return stamp.size() <= kMaxRiskStampBytes ? stamp : digest(stamp);
}

// Two risks are dealt with together, so that each is told from a later one.
std::string stamp_of_both(const std::string& one, const std::string& other) {
  if (one.empty() || other.empty()) return {};
  return digest(one + '\n' + other);
}

}  // namespace

Identity identity_of(const Person& person, const Rules& rules) {
  const CentralRecord* central = central_of(person);
  const UserRecord* record = rules.records.user(person.name);
  Identity identity;
  if (record) {
    identity = {record->id, record->principal_name, record->is_guest};
  }
  if (!central) return identity;
  identity.id = central->id;
  identity.is_guest = central->is_guest;
  // Without a domain it is a name of something else (a uid, a display name).
  if (central->principal_name.find('@') != std::string::npos) {
    identity.principal_name = central->principal_name;
  }
  return identity;
}

UserRisk user_risk_of(const Person& person, const Rules& rules) {
  const UserRecord* record = rules.records.user(person.name);
  const auto written = written_risk(rules, record, &UserRecord::risk);
  const std::string written_stamp = record ? record->risk_stamp : "";
  if (!person.central) return {written, written_stamp};

  const CentralRecord& central = *person.central;
  if (!is_risk(written)) {
    const auto level =
        central.risk || central.keeps_risks ? central.risk : written;
    return {level, fitting(central.risk_stamp)};
  }
  if (!is_risk(central.risk)) return {written, written_stamp};
  return {worse(written, central.risk),
          stamp_of_both(written_stamp, central.risk_stamp)};
}

std::optional<RiskLevel> sign_in_risk_of(const Person& person,
                                         const Rules& rules) {
  return written_risk(rules, rules.records.user(person.name),
                      &UserRecord::sign_in_risk);
}

}  // namespace mfa
