// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/mass_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/cache/limits.h"
#include "agent/cache/meta.h"

namespace mfa {
namespace {

using std::chrono::hours;

std::string with_commas(std::int64_t number) {
  if (number < 1000) return std::to_string(number);
  return fmt::format("{},{:03}", with_commas(number / 1000), number % 1000);
}

const char* sentence_of(Loss kind) {
  switch (kind) {
    case Loss::people:
      return "people would be gone";
    case Loss::enabled:
      return "enabled people would be disabled, without an account or in "
             "conflict";
    case Loss::role_holders:
      return "holders of roles and members of named groups would be that no "
             "longer";
    case Loss::disabled:
      return "disabled people, or people who were gone, would be enabled";
    case Loss::risks:
      return "people at medium or high risk would be at less";
    case Loss::low_risks:
      return "people at low risk would be at none";
    case Loss::guests:
      return "guests would be members";
    case Loss::members:
      return "members would be guests";
  }
  return "";
}

bool grew_little(std::int64_t from, std::int64_t to) {
  return to <= from * (100 + kAcceptedGrowthPercent) / 100;
}

std::int64_t hour_of(Instant instant) {
  return std::chrono::floor<hours>(instant.time_since_epoch()).count();
}

}  // namespace

bool is_mass_change(const LossCount& count, const MassChangeLimit& limit) {
  return count.lost >= static_cast<std::int64_t>(limit.at_least) &&
         count.lost * 100 >
             count.had * static_cast<std::int64_t>(limit.percent);
}

std::string mass_change_of(const Losses& losses, const MassChangeLimit& limit) {
  std::string what;
  for (std::size_t i = 0; i < kLosses; ++i) {
    const LossCount& count = losses.counts[i];
    if (!is_mass_change(count, limit)) continue;
    what += fmt::format("{}{} of {} {}", what.empty() ? "" : "; ",
                        with_commas(count.lost), with_commas(count.had),
                        sentence_of(static_cast<Loss>(i)));
  }
  return what;
}

bool are_alike(const Losses& held, const Losses& now,
               const MassChangeLimit& limit) {
  for (std::size_t i = 0; i < kLosses; ++i) {
    const std::int64_t before = held.counts[i].lost;
    const std::int64_t after = now.counts[i].lost;
    if (std::max(before, after) < static_cast<std::int64_t>(limit.at_least)) {
      continue;
    }
    if (!grew_little(before, after) || !grew_little(after, before)) {
      return false;
    }
  }
  return true;
}

bool is_accepted(const HeldGeneration& held, const std::string& source,
                 const Losses& losses, const MassChangeLimit& limit,
                 Instant now) {
  if (!held.accepted || held.source != source) return false;
  // A word from the future is none: nobody knows how long it was good for.
  if (is_older_than(held.accepted, kAcceptanceLasts, now)) return false;
  for (std::size_t i = 0; i < kLosses; ++i) {
    if (!is_mass_change(losses.counts[i], limit)) continue;
    if (!grew_little(held.losses.counts[i].lost, losses.counts[i].lost)) {
      return false;
    }
  }
  return true;
}

Losses with_earlier(Database& database, const Losses& losses, Instant now) {
  Losses sum = losses;
  Statement earlier = database.statement(
      "SELECT kind, sum(lost), min(had) FROM losses "
      "WHERE hour BETWEEN ? AND ? GROUP BY kind");
  earlier.with(hour_of(now - kLossWindow), hour_of(now) + 1);
  while (earlier.next()) {
    const auto kind = static_cast<std::size_t>(earlier.integer(0));
    if (kind >= kLosses) continue;
    LossCount& count = sum.counts[kind];
    const std::int64_t lost = earlier.integer(1);
    // What was there when the day began; what came since then does not help.
    count.had = std::min(count.had + lost, earlier.integer(2));
    count.lost += lost;
  }
  return sum;
}

void note_losses(Database& database, const Losses& losses, Instant now) {
  // Nor those of a clock that ran ahead: they would count for days.
  database.statement("DELETE FROM losses WHERE hour NOT BETWEEN ? AND ?")
      .with(hour_of(now - kLossWindow), hour_of(now) + 1)
      .run();
  const Losses day = with_earlier(database, losses, now);
  for (std::size_t i = 0; i < kLosses; ++i) {
    // The first who come are no measure for what a day may lose.
    if (losses.counts[i].had <= 0 && losses.counts[i].lost <= 0) continue;
    database
        .statement(
            "INSERT INTO losses (hour, kind, lost, had) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET lost = lost + excluded.lost, "
            "had = min(had, excluded.had)")
        .with(hour_of(now), i, losses.counts[i].lost, day.counts[i].had)
        .run();
  }
}

void measure_from(Database& database, Loss kind, std::int64_t had) {
  const auto of_kind = static_cast<std::size_t>(kind);
  if (had == 0) {
    database.statement("DELETE FROM losses WHERE kind = ?").with(of_kind).run();
    return;
  }
  database.statement("UPDATE losses SET had = ? WHERE kind = ?")
      .with(had, of_kind)
      .run();
}

void forget_losses(Database& database) {
  database.statement("DELETE FROM losses").run();
}

}  // namespace mfa
