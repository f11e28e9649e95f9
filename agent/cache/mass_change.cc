// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/mass_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/cache/limits.h"

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
      return "disabled people would be enabled";
    case Loss::risks:
      return "people at medium or high risk would be at less";
  }
  return "";
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

bool is_accepted(const HeldGeneration& held, const std::string& source,
                 const Losses& losses, const MassChangeLimit& limit,
                 Instant now) {
  if (!held.accepted || held.source != source) return false;
  if (now - *held.accepted > kAcceptanceLasts) return false;
  for (std::size_t i = 0; i < kLosses; ++i) {
    if (!is_mass_change(losses.counts[i], limit)) continue;
    const std::int64_t most =
        held.losses.counts[i].lost * (100 + kAcceptedGrowthPercent) / 100;
    if (losses.counts[i].lost > most) return false;
  }
  return true;
}

Losses with_earlier(Database& database, const Losses& losses, Instant now) {
  Losses sum = losses;
  Statement earlier = database.statement(
      "SELECT kind, sum(lost), min(had) FROM losses WHERE hour >= ? "
      "GROUP BY kind");
  earlier.with(hour_of(now - kLossWindow));
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
  database.statement("DELETE FROM losses WHERE hour < ?")
      .with(hour_of(now - kLossWindow))
      .run();
  const Losses day = with_earlier(database, losses, now);
  for (std::size_t i = 0; i < kLosses; ++i) {
    // The first who come are no measure for what a day may lose.
    if (day.counts[i].had <= 0 && losses.counts[i].lost <= 0) continue;
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
