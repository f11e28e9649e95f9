// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/account_bearer.h"

#include "agent/cache/risk_rank.h"

namespace mfa {
namespace {

int risk_rank_of(Database& database, const std::string& id) {
  Statement found =
      database.statement("SELECT level FROM main.risks WHERE person = ?");
  found.with(hashed(id).blob());
  return found.next() ? risk_rank(static_cast<RiskLevel>(found.integer(0))) : 0;
}

}  // namespace

std::vector<HashedKey> AccountBearer::keys() const {
  auto keys = names;
  keys.push_back(hashed(id));
  return keys;
}

AccountBearer read_bearer(const Statement& row, int column) {
  AccountBearer bearer{row.text(column), row.integer(column + 1) != 0,
                       row.integer(column + 2) != 0, std::nullopt,
                       unpacked(row.view(column + 4))};
  if (!row.is_null(column + 3)) bearer.uid = row.integer(column + 3);
  return bearer;
}

void count_guest(bool before, bool after, Losses& losses) {
  if (before && !after) ++losses.of(Loss::guests).lost;
  if (!before && after) ++losses.of(Loss::members).lost;
}

void count_bearers(Database& database, const AccountBearer& before,
                   const AccountBearer& after, Losses& losses) {
  if (!before.enabled && after.enabled) ++losses.of(Loss::disabled).lost;
  if ((before.enabled && !after.enabled) ||
      (before.uid && after.uid && before.uid != after.uid)) {
    ++losses.of(Loss::enabled).lost;
  }
  count_guest(before.is_guest, after.is_guest, losses);
  count_less_risk(risk_rank_of(database, before.id),
                  risk_rank_of(database, after.id), losses);
}

}  // namespace mfa
