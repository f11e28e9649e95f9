// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/cache_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/base/escape.h"
#include "agent/cache/drop_kind.h"
#include "agent/cache/restrictions.h"

namespace mfa {
namespace {

bool is_of_people(const BeginGeneration& wanted) {
  return wanted.full && wanted.kinds.contains(DirectoryKind::people);
}

// Whether what was held passed this time: in full, or by and by. A small change
// beside it says nothing of it.
bool is_over(const HeldGeneration& held, const BeginGeneration& wanted,
             Instant now) {
  if (held.source != wanted.source) return false;
  if (held.accepted) return now - *held.accepted > kAcceptanceLasts;
  return wanted.kinds.contains_all(held.kinds) &&
         (wanted.full || now - held.since > kLossWindow);
}

// "", or when what is in force is not believed any more while this waits.
std::string deadline_of(const CacheMeta& meta, const CacheAges& ages) {
  const auto too_old = too_old_from(meta, ages);
  if (!too_old) return "";
  return fmt::format(
      "; from {} on it is too old, and everybody may hold any role",
      to_iso8601(*too_old));
}

}  // namespace

// --- the file in force -------------------------------------------------------

Result<> CacheWriter::open() { return take(folder_.open_writer()); }

Result<> CacheWriter::take(Result<std::unique_ptr<Database>> opened) {
  if (!opened) return tl::unexpected(opened.error());
  database_ = std::move(*opened);
  meta_ = load_meta(*database_);
  last_number_ = std::max(last_number_, meta_.generation);
  ++epoch_;
  if (!database_->failed()) return {};
  return tl::unexpected(to_error(database_->take_failure()));
}

// After a failure, the next one who asks may be luckier.
Result<> CacheWriter::reopen() {
  if (database_) return {};
  return open();
}

Result<> CacheWriter::check() {
  if (!database_->failed()) return {};
  const Error failure = to_error(database_->take_failure());
  if (database_->in_transaction()) database_->statement("ROLLBACK").run();
  database_->take_failure();
  if (failure.kind == ErrorKind::damaged) start_anew(epoch_, failure.what);
  return tl::unexpected(failure);
}

void CacheWriter::start_anew(std::uint64_t epoch, const std::string& why) {
  if (epoch != epoch_ || !database_) return;
  open_.reset();
  readers_.call_back();
  database_.reset();
  meta_ = CacheMeta();
  // What fails here is told to the next one who asks.
  if (folder_.put_aside(why)) static_cast<void>(open());
  readers_.let_read();
}

Result<> CacheWriter::save(const CacheMeta& meta) {
  database_->statement("BEGIN IMMEDIATE").run();
  save_meta(*database_, meta);
  database_->statement("COMMIT").run();
  if (auto saved = check(); !saved) return saved;
  meta_ = meta;
  return {};
}

// A generation that is a transaction would take such a change along, also when
// it is given up.
Result<> CacheWriter::may_change_in_force() {
  if (auto opened = reopen(); !opened) return opened;
  if (!open_ || open_->has_new_file()) return {};
  return error(ErrorKind::conflict,
               "the connector is bringing changes; try again in a moment");
}

// --- generations -------------------------------------------------------------

Result<> CacheWriter::may_begin(const BeginGeneration& wanted) {
  if (wanted.source.empty() || wanted.kinds.empty() ||
      wanted.source.size() > kMaxDirectoryNameBytes) {
    return error(ErrorKind::malformed,
                 "a generation needs a source and a kind of records");
  }
  if (open_) {
    return error(ErrorKind::conflict,
                 fmt::format("generation {} of {} is open; try again when it "
                             "is over",
                             open_->number(), quoted(open_->wanted().source)));
  }
  if (wanted.base != meta_.generation) {
    return error(ErrorKind::conflict,
                 fmt::format("generation {} is in force, not {}: ask for the "
                             "state and begin again",
                             meta_.generation, wanted.base));
  }
  if (wanted.source != meta_.source && !is_of_people(wanted)) {
    return error(ErrorKind::refused,
                 fmt::format("the directory is that of {}; {} must begin with "
                             "a full generation of people",
                             quoted(meta_.source), quoted(wanted.source)));
  }
  return {};
}

Result<std::uint64_t> CacheWriter::begin(BeginGeneration wanted) {
  if (auto opened = reopen(); !opened) return tl::unexpected(opened.error());
  const Now now = clock_.now();
  if (open_ && now.since_boot - open_->last_used > kAbandonedAfter) {
    give_up({});
  }
  if (auto may = may_begin(wanted); !may) return tl::unexpected(may.error());
  const bool is_other_source =
      meta_.generation != 0 && wanted.source != meta_.source;
  auto begun = Generation::begin(
      {folder_, *database_, role_groups_, limits_, is_other_source},
      std::move(wanted), ++last_number_, meta_.counts, now.wall);
  if (!begun) return tl::unexpected(give_up(begun.error()));
  open_ = std::move(*begun);
  open_->last_used = now.since_boot;
  return open_->number();
}

Result<> CacheWriter::find_open(std::uint64_t generation) {
  if (open_ && open_->number() == generation) {
    open_->last_used = clock_.now().since_boot;
    return {};
  }
  return error(ErrorKind::conflict,
               fmt::format("generation {} is not open: it was given up, or "
                           "never begun; begin again",
                           generation));
}

Error CacheWriter::give_up(Error why) {
  const bool was_in_force = open_ && !open_->has_new_file();
  open_.reset();
  // A new file that is damaged says nothing of the one in force.
  if (why.kind == ErrorKind::damaged &&
      (was_in_force || database_->pragma("PRAGMA quick_check(1)") != "ok")) {
    start_anew(epoch_, why.what);
  }
  if (holders_are_due_) count_holders();
  return why;
}

Result<> CacheWriter::apply(std::uint64_t generation, const Change& change) {
  if (auto found = find_open(generation); !found) return found;
  auto applied = open_->apply(change);
  if (applied) return {};
  Error why = give_up(applied.error());
  if (why.kind != ErrorKind::conflict) return tl::unexpected(std::move(why));
  // The connector and the cache do not know the same groups.
  want_full_sync();
  return error(ErrorKind::refused, why.what + "; a full sync is needed");
}

void CacheWriter::abort(std::uint64_t generation) {
  if (find_open(generation)) give_up({});
}

void CacheWriter::note_refusals(std::uint64_t generation,
                                std::vector<std::string> refusals) {
  if (!find_open(generation)) return;
  open_->refused += static_cast<std::int64_t>(refusals.size());
  for (std::string& refusal : refusals) {
    if (open_->refusals.size() >= kMaxListedRefusals) return;
    open_->refusals.push_back(std::move(refusal));
  }
}

Result<> CacheWriter::commit(std::uint64_t generation,
                             const CommitGeneration& how,
                             const MassChangeLimit& limit,
                             const CacheAges& ages) {
  if (auto found = find_open(generation); !found) return found;
  if (how.token && how.token->size() > kMaxTokenBytes) {
    return tl::unexpected(give_up(
        {ErrorKind::refused,
         fmt::format("the token has more than {} bytes", kMaxTokenBytes)}));
  }
  if (auto finished = open_->finish(how); !finished) {
    return tl::unexpected(give_up(finished.error()));
  }
  const auto losses = open_->losses(clock_.now().wall);
  if (!losses) return tl::unexpected(give_up(losses.error()));
  auto done = put_in_force(how, *losses, limit, ages);
  if (open_ && open_->counts_are_rough()) holders_are_due_ = true;
  open_.reset();
  if (holders_are_due_) count_holders();
  return done;
}

Result<> CacheWriter::put_in_force(const CommitGeneration& how,
                                   const Losses& losses,
                                   const MassChangeLimit& limit,
                                   const CacheAges& ages) {
  const Instant now = clock_.now().wall;
  std::string what = mass_change_of(losses, limit);
  const bool is_mass = !what.empty();
  if (is_mass &&
      !(meta_.held &&
        is_accepted(*meta_.held, open_->wanted().source, losses, limit, now))) {
    return tl::unexpected(hold(std::move(what), losses, limit, ages));
  }
  CacheMeta meta = next_meta(how, now);
  if (is_mass) meta.held = std::nullopt;
  if (auto written = open_->write(meta, is_mass, now); !written) {
    return tl::unexpected(give_up(written.error()));
  }
  if (open_->has_new_file()) {
    if (auto swapped = swap_files(); !swapped) return swapped;
  }
  meta_ = std::move(meta);
  return {};
}

// `since` is what an administrator accepts, so another change has another one.
Error CacheWriter::hold(std::string what, const Losses& losses,
                        const MassChangeLimit& limit, const CacheAges& ages) {
  // Another directory says nothing of the people of this one.
  const bool is_of_this = open_->wanted().source == meta_.source;
  const auto restrictions = is_of_this ? open_->restrictions(losses, limit)
                                       : Result<Restrictions>(Restrictions{});
  if (!restrictions) return give_up(restrictions.error());
  const BeginGeneration wanted = open_->wanted();
  const std::uint64_t number = open_->number();
  open_.reset();
  const Instant now = clock_.now().wall;
  CacheMeta meta = meta_;
  const bool is_known = meta.held && meta.held->source == wanted.source &&
                        !meta.held->accepted &&
                        are_alike(meta.held->losses, losses, limit);
  const Instant since = is_known ? meta.held->since : now;
  const Losses first = is_known ? meta.held->losses : losses;
  meta.held = {since, what, wanted.source, wanted.kinds, first, std::nullopt};

  database_->statement("BEGIN IMMEDIATE").run();
  apply_restrictions(*database_, *restrictions, number, now, meta.counts);
  save_meta(*database_, meta);
  database_->statement("COMMIT").run();
  if (auto saved = check(); !saved) return saved.error();
  meta_ = std::move(meta);
  return {ErrorKind::refused,
          fmt::format("the change is held: {} (changes of the last day count "
                      "together). What it says against people is in force, the "
                      "rest waits{}. See what happened to the directory; if "
                      "this is right: mfactl directory accept {}",
                      what, deadline_of(meta_, ages), to_iso8601(since))};
}

CacheMeta CacheWriter::next_meta(const CommitGeneration& how,
                                 Instant now) const {
  const BeginGeneration& wanted = open_->wanted();
  CacheMeta meta = meta_;
  if (how.token) {
    meta.token = *how.token;
  } else if (wanted.source != meta.source) {
    meta.token.clear();
  }
  if (wanted.source != meta.source) {
    // What it does not bring, nobody does.
    for (std::size_t i = 0; i < kDirectoryKinds; ++i) {
      if (!wanted.kinds.contains(static_cast<DirectoryKind>(i))) {
        meta.up_to_date[i] = std::nullopt;
      }
    }
  }
  meta.source = wanted.source;
  meta.generation = open_->number();
  meta.committed = now;
  meta.counts = open_->counts();
  meta.refused = open_->refused;
  meta.refusals = open_->refusals;
  if (is_of_people(wanted)) meta.full_sync_wanted = false;
  if (open_->wants_full_sync()) meta.full_sync_wanted = true;
  if (wanted.full) {
    wanted.kinds.for_each(
        [&](DirectoryKind kind) { meta.at(kind) = open_->began(); });
  }
  how.up_to_date.for_each([&](DirectoryKind kind) {
    if (meta.at(kind)) meta.at(kind) = now;
  });
  if (meta.held && is_over(*meta.held, wanted, now)) meta.held = std::nullopt;
  return meta;
}

// --- a new file --------------------------------------------------------------

// Nothing is left in the log that a file by the same name could be given.
Result<> CacheWriter::empty_log() {
  bool is_empty = false;
  {
    Statement checkpoint =
        database_->statement("PRAGMA wal_checkpoint(TRUNCATE)");
    is_empty = checkpoint.next() && checkpoint.integer(0) == 0;
  }
  if (auto done = check(); !done) return done;
  if (is_empty) return {};
  return error(ErrorKind::unavailable,
               folder_.file(kCacheLog) + " is in use by another program");
}

Result<> CacheWriter::swap_files() {
  // Most of it while sign-ins go on.
  database_->pragma("PRAGMA wal_checkpoint(PASSIVE)");
  readers_.call_back();
  UniqueFd last;  // closed when sign-ins go on
  auto swapped = empty_log();
  if (swapped) {
    database_.reset();
    last = folder_.hold_file_in_force();
    swapped = folder_.put_new_file_in_force();
    if (!swapped) last.reset();  // before SQLite locks the file again
    auto opened = take(folder_.open_own_file());
    if (swapped && !opened) swapped = opened;
  }
  readers_.let_read();
  if (!swapped) folder_.drop_new_file();
  return swapped;
}

// --- what is said aside from records -----------------------------------------

Result<> CacheWriter::up_to_date(const std::string& source,
                                 DirectoryKinds kinds) {
  if (auto may = may_change_in_force(); !may) return may;
  if (source != meta_.source || meta_.generation == 0) {
    return error(ErrorKind::refused,
                 fmt::format("the directory is that of {}, not of {}",
                             quoted(meta_.source), quoted(source)));
  }
  CacheMeta meta = meta_;
  kinds.for_each([&](DirectoryKind kind) {
    if (meta.at(kind)) meta.at(kind) = clock_.now().wall;
  });
  return save(meta);
}

Result<HeldChange> CacheWriter::accept_held(Instant since) {
  if (auto may = may_change_in_force(); !may) {
    return tl::unexpected(may.error());
  }
  if (!meta_.held || meta_.held->accepted) {
    return error(ErrorKind::not_found,
                 meta_.held ? "the held change was accepted already; the next "
                              "sync makes it"
                            : "no change of the directory is held");
  }
  if (to_iso8601(since) != to_iso8601(meta_.held->since)) {
    return error(ErrorKind::conflict,
                 fmt::format("another change is held now, since {}: {}; see "
                             "mfactl directory status",
                             to_iso8601(meta_.held->since), meta_.held->what));
  }
  CacheMeta meta = meta_;
  meta.held->accepted = clock_.now().wall;
  if (auto saved = save(meta); !saved) return tl::unexpected(saved.error());
  return HeldChange{meta_.held->since, meta_.held->what};
}

Result<bool> CacheWriter::forget_account(const std::string& account) {
  if (auto may = may_change_in_force(); !may) {
    return tl::unexpected(may.error());
  }
  database_->statement("DELETE FROM tombstones WHERE account = ?")
      .with(account)
      .run();
  const bool was_there = database_->changes() != 0;
  if (auto done = check(); !done) return tl::unexpected(done.error());
  return was_there;
}

// Its facts go, also those against people: root says that nobody keeps them.
Result<bool> CacheWriter::forget_kind(DirectoryKind kind) {
  if (auto may = may_change_in_force(); !may) {
    return tl::unexpected(may.error());
  }
  if (open_) {
    return error(ErrorKind::conflict,
                 "the connector is bringing changes; try again in a moment");
  }
  if (kind == DirectoryKind::people || !meta_.at(kind)) return false;
  CacheMeta meta = meta_;
  database_->statement("BEGIN IMMEDIATE").run();
  drop_kind(*database_, kind, false, meta.counts);
  meta.at(kind) = std::nullopt;
  // Readers keep what names mean by generation, and no name changed.
  save_meta(*database_, meta);
  database_->statement("COMMIT").run();
  if (auto saved = check(); !saved) return tl::unexpected(saved.error());
  meta_ = std::move(meta);
  count_holders();
  return true;
}

void CacheWriter::want_full_sync() {
  if (!database_) return;
  CacheMeta meta = meta_;
  meta.full_sync_wanted = true;
  // If it cannot be said now, the next such change says it again.
  static_cast<void>(save(meta));
}

void CacheWriter::set_role_groups(RoleGroupNames names) {
  if (names == role_groups_) return;
  role_groups_ = std::move(names);
  if (open_ && !open_->has_new_file()) {
    holders_are_due_ = true;
  } else {
    count_holders();
  }
}

void CacheWriter::count_holders() {
  holders_are_due_ = false;
  if (!database_) return;
  CacheMeta meta = meta_;
  meta.counts.role_holders = count_role_holders(*database_, role_groups_);
  measure_from(*database_, Loss::role_holders, meta.counts.role_holders);
  if (check()) static_cast<void>(save(meta));
}

}  // namespace mfa
