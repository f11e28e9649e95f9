// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/meta.h"

#include <algorithm>
#include <charconv>

#include "agent/cache/limits.h"
#include "agent/store/text_list.h"

namespace mfa {
namespace {

std::int64_t bits_of(DirectoryKinds kinds) {
  std::int64_t bits = 0;
  kinds.for_each([&](DirectoryKind kind) {
    bits |= std::int64_t{1} << static_cast<int>(kind);
  });
  return bits;
}

DirectoryKinds kinds_of(std::int64_t bits) {
  DirectoryKinds kinds;
  for (std::size_t i = 0; i < kDirectoryKinds; ++i) {
    if ((bits >> i & 1) != 0) kinds.insert(static_cast<DirectoryKind>(i));
  }
  return kinds;
}

std::string encode_losses(const Losses& losses) {
  std::vector<std::string> lost;
  for (const LossCount& count : losses.counts) {
    lost.push_back(std::to_string(count.lost));
  }
  return encode_list(lost);
}

void decode_losses(std::string_view text, Losses& losses) {
  const auto lost = decode_list(text).value_or(std::vector<std::string>());
  for (std::size_t i = 0; i < std::min(lost.size(), kLosses); ++i) {
    std::int64_t& count = losses.counts[i].lost;
    std::from_chars(lost[i].data(), lost[i].data() + lost[i].size(), count);
  }
}

std::optional<HeldGeneration> load_held(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  HeldGeneration held;
  held.since = row.instant(column);
  held.what = row.text(column + 1);
  held.source = row.text(column + 2);
  held.accepted = row.optional_instant(column + 3);
  held.kinds = kinds_of(row.integer(column + 4));
  decode_losses(row.view(column + 5), held.losses);
  return held;
}

void save_held(Database& database, const HeldGeneration& held) {
  database
      .statement(
          "UPDATE meta SET held_since = ?, held_what = ?, held_source = ?, "
          "accepted = ?, held_kinds = ?, held_losses = ?")
      .with(held.since, held.what, held.source, held.accepted,
            bits_of(held.kinds), encode_losses(held.losses))
      .run();
}

void load_counts(Database& database, CacheCounts& counts) {
  Statement row = database.statement(
      "SELECT people, disabled, guests, groups, memberships, ambiguous, roles, "
      "role_holders, risks, at_risk, risky, devices FROM meta");
  if (!row.next()) return;
  int column = 0;
  for (std::int64_t* count :
       {&counts.people, &counts.disabled, &counts.guests, &counts.groups,
        &counts.memberships, &counts.ambiguous, &counts.roles,
        &counts.role_holders, &counts.risks, &counts.at_risk, &counts.risky,
        &counts.devices}) {
    *count = row.integer(column++);
  }
}

void save_counts(Database& database, const CacheCounts& counts) {
  database
      .statement(
          "UPDATE meta SET people = ?, disabled = ?, guests = ?, groups = ?, "
          "memberships = ?, ambiguous = ?, roles = ?, role_holders = ?, "
          "risks = ?, at_risk = ?, risky = ?, devices = ?")
      .with(counts.people, counts.disabled, counts.guests, counts.groups,
            counts.memberships, counts.ambiguous, counts.roles,
            counts.role_holders, counts.risks, counts.at_risk, counts.risky,
            counts.devices)
      .run();
}

}  // namespace

CacheMeta load_meta(Database& database) {
  CacheMeta meta;
  load_counts(database, meta.counts);
  Statement row = database.statement(
      "SELECT source, generation, token, committed, full_sync_wanted, "
      "people_at, roles_at, risks_at, devices_at, refused, refusals, "
      "held_since, held_what, held_source, accepted, held_kinds, held_losses "
      "FROM meta");
  if (!row.next()) return meta;
  meta.source = row.text(0);
  meta.generation = static_cast<std::uint64_t>(row.integer(1));
  meta.token = row.text(2);
  meta.committed = row.instant(3);
  meta.full_sync_wanted = row.integer(4) != 0;
  int column = 5;
  for (auto& at : meta.up_to_date) at = row.optional_instant(column++);
  meta.refused = row.integer(9);
  meta.refusals =
      decode_list(row.view(10)).value_or(std::vector<std::string>());
  meta.held = load_held(row, 11);
  return meta;
}

void save_meta(Database& database, const CacheMeta& meta) {
  database
      .statement(
          "UPDATE meta SET source = ?, generation = ?, token = ?, "
          "committed = ?, full_sync_wanted = ?, people_at = ?, roles_at = ?, "
          "risks_at = ?, devices_at = ?, refused = ?, refusals = ?, "
          "held_since = NULL, accepted = NULL")
      .with(meta.source, meta.generation, meta.token, meta.committed,
            meta.full_sync_wanted, meta.at(DirectoryKind::people),
            meta.at(DirectoryKind::roles), meta.at(DirectoryKind::risks),
            meta.at(DirectoryKind::devices), meta.refused,
            encode_list(meta.refusals))
      .run();
  save_counts(database, meta.counts);
  if (meta.held) save_held(database, *meta.held);
}

CacheHead load_head(Database& database) {
  CacheHead head;
  Statement row = database.statement(
      "SELECT generation, people_at, roles_at, risks_at, devices_at, roles, "
      "devices, EXISTS (SELECT 1 FROM not_understood) FROM meta");
  if (!row.next()) return head;
  head.generation = static_cast<std::uint64_t>(row.integer(0));
  int column = 1;
  for (auto& at : head.up_to_date) at = row.optional_instant(column++);
  head.has_roles = row.integer(5) != 0;
  head.has_devices = row.integer(6) != 0;
  head.has_not_understood = row.integer(7) != 0;
  return head;
}

const FactAge& age_of(const CacheAges& ages, DirectoryKind kind) {
  switch (kind) {
    case DirectoryKind::people:
      return ages.people;
    case DirectoryKind::roles:
      return ages.roles;
    case DirectoryKind::risks:
      return ages.risks;
    case DirectoryKind::devices:
      return ages.devices;
  }
  return ages.people;
}

std::optional<Instant> too_old_from(const CacheMeta& meta,
                                    const CacheAges& ages) {
  std::optional<Instant> first;
  for (const auto kind : {DirectoryKind::people, DirectoryKind::roles}) {
    if (!meta.held || !meta.held->kinds.contains(kind) || !meta.at(kind)) {
      continue;
    }
    const Instant end = *meta.at(kind) + age_of(ages, kind).hard;
    if (!first || end < *first) first = end;
  }
  return first;
}

bool is_older_than(const std::optional<Instant>& up_to_date,
                   std::chrono::seconds age, Instant now) {
  return !up_to_date || now - *up_to_date > age ||
         *up_to_date - now > kClockSlack;
}

}  // namespace mfa
