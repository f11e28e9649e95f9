// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/status.h"

#include "agent/cache/limits.h"
#include "agent/cache/meta.h"

namespace mfa {
namespace {

std::size_t count(std::int64_t number) {
  return number < 0 ? 0 : static_cast<std::size_t>(number);
}

std::vector<KindStatus> kinds_of(const CacheMeta& meta, const CacheAges& ages,
                                 Instant now) {
  std::vector<KindStatus> kinds;
  for (std::size_t i = 0; i < kDirectoryKinds; ++i) {
    const auto kind = static_cast<DirectoryKind>(i);
    const auto& at = meta.at(kind);
    if (!at) continue;
    const FactAge& age = age_of(ages, kind);
    kinds.push_back({kind, at, is_older_than(at, age.soft, now),
                     is_older_than(at, age.hard, now)});
  }
  return kinds;
}

}  // namespace

CacheStatus read_status(Database& database, const CacheAges& ages,
                        Instant now) {
  database.statement("BEGIN").run();
  const CacheMeta meta = load_meta(database);
  CacheStatus status;
  Statement names =
      database.statement("SELECT name FROM ambiguous ORDER BY name LIMIT ?");
  names.with(kMaxListedAmbiguous);
  while (names.next()) status.ambiguous.push_back(names.text(0));
  database.statement("COMMIT").run();

  status.source = meta.source;
  status.generation = meta.generation;
  status.token = meta.token;
  status.committed = meta.committed;
  status.people = count(meta.counts.people);
  status.groups = count(meta.counts.groups);
  status.devices = count(meta.counts.devices);
  status.at_risk = count(meta.counts.at_risk);
  status.disabled = count(meta.counts.disabled);
  status.ambiguous_accounts = count(meta.counts.ambiguous);
  status.refused_records = count(meta.refused);
  status.refusals = meta.refusals;
  status.kinds = kinds_of(meta, ages, now);
  if (meta.held && !meta.held->accepted) {
    status.held =
        HeldChange{meta.held->since, meta.held->what, too_old_from(meta, ages)};
  }
  status.full_sync_wanted = meta.generation == 0 || meta.full_sync_wanted;
  return status;
}

}  // namespace mfa
