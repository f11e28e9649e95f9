// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/fact_edits.h"

#include "agent/cache/device_row.h"
#include "agent/cache/keys.h"
#include "agent/cache/risk_rank.h"

namespace mfa {
namespace {

RiskLevel level_in(const Statement& row, int column) {
  return static_cast<RiskLevel>(row.integer(column));
}

}  // namespace

// --- roles -------------------------------------------------------------------

std::optional<std::int64_t> FactEdits::find_row(
    const DirectoryRoleAssignment& assignment) {
  Statement known = database_.statement(
      "SELECT row FROM roles WHERE principal = ? AND role = ?");
  known.with(hashed(assignment.principal).blob(), assignment.role);
  if (!known.next()) return std::nullopt;
  return known.integer(0);
}

void FactEdits::put(const DirectoryRoleAssignment& assignment) {
  if (const auto row = find_row(assignment)) {
    roles_.mark(*row);
    return;
  }
  const HashedKey principal = hashed(assignment.principal);
  const bool is_first = !has_role(principal);
  Statement made = database_.statement(
      "INSERT INTO roles (principal, role) VALUES (?, ?) RETURNING row");
  made.with(principal.blob(), assignment.role);
  if (!made.next()) return;
  roles_.mark(made.integer(0));
  made.run();
  ++counts_.roles;
  if (is_first) counts_.role_holders += people_behind_(principal);
}

void FactEdits::remove(const DirectoryRoleAssignment& assignment) {
  if (const auto row = find_row(assignment)) remove_role(*row);
}

void FactEdits::remove_role(std::int64_t row) {
  HashedKey principal;
  {
    Statement known =
        database_.statement("SELECT principal FROM roles WHERE row = ?");
    known.with(row);
    if (!known.next()) return;
    principal = from_row(known.view(0));
  }
  const std::int64_t people = people_behind_(principal);
  // People, not assignments; who loses one of several has lost one.
  if (lost_role_.insert(principal).second) {
    losses_.of(Loss::role_holders).lost += people;
  }
  --counts_.roles;
  roles_.unmark(row);
  database_.statement("DELETE FROM roles WHERE row = ?").with(row).run();
  if (!has_role(principal)) counts_.role_holders -= people;
}

bool FactEdits::has_role(const HashedKey& principal) {
  Statement found =
      database_.statement("SELECT 1 FROM roles WHERE principal = ? LIMIT 1");
  return found.with(principal.blob()).next();
}

// --- risks -------------------------------------------------------------------

void FactEdits::count_risk(RiskLevel level, int sign) {
  counts_.risks += sign;
  if (is_risk(level)) counts_.at_risk += sign;
  if (is_risky(level)) counts_.risky += sign;
}

void FactEdits::put(const DirectoryRisk& risk) {
  const HashedKey person = hashed(risk.id);
  Statement known = database_.statement(
      "SELECT row, level, stamp FROM risks WHERE person = ?");
  known.with(person.blob());
  if (known.next()) {
    const RiskLevel before = level_in(known, 1);
    risks_.mark(known.integer(0));
    if (before == risk.level && known.view(2) == risk.stamp) return;
    count_risk(before, -1);
    count_less_risk(risk_rank(before), risk_rank(risk.level), losses_);
  }
  Statement put = database_.statement(
      "INSERT INTO risks (person, level, stamp) VALUES (?, ?, ?) "
      "ON CONFLICT DO UPDATE SET level = excluded.level, "
      "stamp = excluded.stamp RETURNING row");
  put.with(person.blob(), risk.level, risk.stamp);
  if (put.next()) risks_.mark(put.integer(0));
  put.run();
  count_risk(risk.level, 1);
}

void FactEdits::remove_risk(std::int64_t row) {
  Statement removed =
      database_.statement("DELETE FROM risks WHERE row = ? RETURNING level");
  removed.with(row);
  if (!removed.next()) return;
  const RiskLevel level = level_in(removed, 0);
  removed.run();
  count_risk(level, -1);
  count_less_risk(risk_rank(level), 0, losses_);
}

// --- devices -----------------------------------------------------------------

void FactEdits::put(const DirectoryDevice& device) {
  const std::string id = device.device.text(DeviceText::device_id).value_or("");
  const std::string owners = packed(hashed(device.owners));
  const std::string record = encode_device(device);
  std::string owners_before;
  std::int64_t row = 0;
  {
    Statement known = database_.statement(
        "SELECT row, owners, record FROM devices WHERE id = ?");
    known.with(id);
    if (known.next()) {
      row = known.integer(0);
      devices_.mark(row);
      if (known.view(1) == owners && known.view(2) == record) return;
      owners_before = known.text(1);
    } else {
      ++counts_.devices;
    }
  }
  {
    Statement put = database_.statement(
        "INSERT INTO devices (id, owners, record) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET owners = excluded.owners, "
        "record = excluded.record RETURNING row");
    put.with(id, Blob{owners}, record);
    if (put.next()) row = put.integer(0);
    put.run();
  }
  devices_.mark(row);
  set_owners(row, owners, owners_before);
}

void FactEdits::set_owners(std::int64_t device, const std::string& owners,
                           const std::string& owners_before) {
  if (owners == owners_before) return;
  for (const HashedKey& owner : unpacked(owners_before)) {
    database_
        .statement("DELETE FROM device_owners WHERE owner = ? AND device = ?")
        .with(owner.blob(), device)
        .run();
  }
  for (const HashedKey& owner : unpacked(owners)) {
    database_
        .statement(
            "INSERT OR IGNORE INTO device_owners (owner, device) "
            "VALUES (?, ?)")
        .with(owner.blob(), device)
        .run();
  }
}

void FactEdits::remove_device(const std::string& id) {
  std::int64_t row = 0;
  {
    Statement known =
        database_.statement("SELECT row FROM devices WHERE id = ?");
    known.with(id);
    if (!known.next()) return;
    row = known.integer(0);
  }
  remove_device(row);
}

void FactEdits::remove_device(std::int64_t row) {
  std::string owners;
  {
    Statement known =
        database_.statement("SELECT owners FROM devices WHERE row = ?");
    known.with(row);
    if (known.next()) owners = known.text(0);
  }
  set_owners(row, "", owners);
  devices_.unmark(row);
  --counts_.devices;
  database_.statement("DELETE FROM devices WHERE row = ?").with(row).run();
}

// --- what a whole generation did not bring -----------------------------------

void FactEdits::remove_unseen(DirectoryKind kind) {
  switch (kind) {
    case DirectoryKind::people:
      break;
    case DirectoryKind::roles:
      for_each_unseen(
          database_, "SELECT row FROM roles WHERE row > ? ORDER BY row LIMIT ?",
          roles_, [this](std::int64_t row) { remove_role(row); });
      break;
    case DirectoryKind::risks:
      for_each_unseen(
          database_, "SELECT row FROM risks WHERE row > ? ORDER BY row LIMIT ?",
          risks_, [this](std::int64_t row) { remove_risk(row); });
      break;
    case DirectoryKind::devices:
      for_each_unseen(
          database_,
          "SELECT row FROM devices WHERE row > ? ORDER BY row LIMIT ?",
          devices_, [this](std::int64_t row) { remove_device(row); });
      break;
  }
}

}  // namespace mfa
