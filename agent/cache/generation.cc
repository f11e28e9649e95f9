// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/generation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/cache/drop_kind.h"
#include "agent/cache/record_limits.h"
#include "agent/cache/schema.h"

namespace mfa {
namespace {

// Whatever the generation brings anew is compared row by row with what was.
constexpr char kCopyFacts[] = R"sql(
INSERT INTO main.roles SELECT * FROM old.roles;
INSERT INTO main.risks SELECT * FROM old.risks;
INSERT INTO main.devices SELECT * FROM old.devices;
INSERT INTO main.device_owners SELECT * FROM old.device_owners;
INSERT INTO main.doubts SELECT * FROM old.doubts;
)sql";

bool is_new_file(const BeginGeneration& wanted) {
  return wanted.full && wanted.kinds.contains(DirectoryKind::people);
}

}  // namespace

Error to_error(const DatabaseFailure& failure) {
  return {failure.says_damaged() ? ErrorKind::damaged : ErrorKind::unavailable,
          failure.message};
}

Generation::Generation(const World& world, BeginGeneration wanted,
                       std::uint64_t number, const CacheCounts& counts,
                       Instant now)
    : world_(world),
      wanted_(std::move(wanted)),
      number_(number),
      began_(now),
      before_(counts),
      counts_(counts) {}

Result<std::unique_ptr<Generation>> Generation::begin(const World& world,
                                                      BeginGeneration wanted,
                                                      std::uint64_t number,
                                                      const CacheCounts& counts,
                                                      Instant now) {
  std::unique_ptr<Generation> made(
      new Generation(world, std::move(wanted), number, counts, now));
  auto begun = is_new_file(made->wanted_) ? made->begin_new_file()
                                          : made->begin_in_force();
  if (!begun) return tl::unexpected(begun.error());
  return made;
}

Generation::~Generation() {
  facts_.reset();
  load_.reset();
  edits_.reset();
  if (new_file_made_) {
    new_file_.reset();
    if (!written_) world_.folder.drop_new_file();
  } else if (!written_) {
    world_.in_force.take_failure();
    if (world_.in_force.in_transaction()) {
      world_.in_force.statement("ROLLBACK").run();
    }
    if (attached_) world_.in_force.statement("DETACH old").run();
    world_.in_force.take_failure();
  }
}

Result<> Generation::check() {
  Database& now = database();
  if (!now.failed()) return {};
  return tl::unexpected(to_error(now.take_failure()));
}

Result<> Generation::begin_in_force() {
  world_.in_force.statement("BEGIN IMMEDIATE").run();
  holders_.emplace(world_.in_force, world_.role_groups, counts_,
                   world_.limits.rows_of_change);
  edits_.emplace(world_.in_force, counts_, losses_, *holders_, number_, began_);
  facts_.emplace(world_.in_force, counts_, losses_,
                 [this](const HashedKey& principal) {
                   return holders_->people_behind(principal);
                 });
  return check();
}

Result<> Generation::begin_new_file() {
  auto made = world_.folder.make_new_file();
  if (!made) return tl::unexpected(made.error());
  new_file_ = std::move(*made);
  new_file_made_ = true;
  if (auto copied = copy_facts(); !copied) return copied;
  counts_.people = counts_.disabled = counts_.guests = counts_.groups =
      counts_.memberships = counts_.ambiguous = 0;
  load_.emplace(*new_file_, counts_, number_, began_);
  // Role holders are counted when everything is there.
  facts_.emplace(*new_file_, counts_, losses_,
                 [](const HashedKey&) { return std::int64_t{0}; });
  new_file_->statement("BEGIN").run();
  return check();
}

Result<> Generation::copy_facts() {
  new_file_->statement("ATTACH ? AS old")
      .with(world_.folder.file(kCacheFile))
      .run();
  new_file_->statement("BEGIN").run();
  create_cache_tables(*new_file_);
  create_tables_of_load(*new_file_);
  new_file_->execute(kCopyFacts);
  if (world_.is_other_source) drop_other_kinds();
  new_file_->statement("COMMIT").run();
  // A reader of the old file for minutes would let its log grow.
  new_file_->statement("DETACH old").run();
  return check();
}

// What another source brought and this one does not is nobody's to keep up to
// date. But nobody is better off by a change of sources: who was at risk stays.
void Generation::drop_other_kinds() {
  for (const DirectoryKind kind :
       {DirectoryKind::roles, DirectoryKind::risks, DirectoryKind::devices}) {
    if (wanted_.kinds.contains(kind)) continue;
    if (kind == DirectoryKind::risks) {
      losses_.of(Loss::low_risks).lost += counts_.at_risk - counts_.risky;
    }
    drop_kind(*new_file_, kind, kind == DirectoryKind::risks, counts_);
  }
}

PeopleSink& Generation::people() {
  if (load_) return *load_;
  return *edits_;
}

void Generation::put(const change::Put& put) {
  for (const auto& person : put.people) people().put(person);
  for (const auto& group : put.groups) people().put(group);
  for (const auto& risk : put.risks) facts_->put(risk);
  for (const auto& device : put.devices) facts_->put(device);
  for (const auto& assignment : put.roles) facts_->put(assignment);
}

Result<> Generation::carry_out(const Change& change) {
  if (const auto* members = std::get_if<change::Members>(&change)) {
    return people().change(*members);
  }
  if (const auto* put_now = std::get_if<change::Put>(&change)) {
    put(*put_now);
  } else if (const auto* present = std::get_if<change::Present>(&change)) {
    for (const auto& id : present->ids) people().mark_present(id);
  } else if (const auto* buried = std::get_if<change::Refused>(&change)) {
    for (const auto& person : buried->people) people().bury(person);
  } else if (const auto* remove = std::get_if<change::Remove>(&change)) {
    for (const auto& id : remove->ids) {
      if (wanted_.kinds.contains(DirectoryKind::people)) people().remove(id);
      if (wanted_.kinds.contains(DirectoryKind::devices)) {
        facts_->remove_device(id);
      }
    }
    for (const auto& assignment : remove->roles) facts_->remove(assignment);
  }
  return {};
}

Result<> Generation::apply(const Change& change) {
  if (auto checked = check_change(change, wanted_.kinds); !checked) {
    return checked;
  }
  if (auto room = check_room(0); !room) return room;
  changes_ += size_of(change);
  if (changes_ > world_.limits.changes) {
    return error(ErrorKind::refused,
                 fmt::format("a generation brings at most {} records and names",
                             world_.limits.changes));
  }
  if (holders_) holders_->begin_change();
  auto done = carry_out(change);
  if (auto wrote = check(); !wrote) return wrote;
  if (!done) return done;
  return check_counts(counts_, world_.limits);
}

Result<> Generation::finish(const CommitGeneration& how) {
  if (how.remove_absent && !wanted_.kinds.contains(DirectoryKind::people)) {
    return error(ErrorKind::refused,
                 "removeAbsent is for people, and the generation was begun "
                 "without them");
  }
  if (auto done = check_room(0); !done) return done;
  const std::uint64_t compared = load_ ? load_->room_for_people() : 0;
  if (load_) {
    if (auto done = finish_load(); !done) return done;
  }
  if (wanted_.full) {
    wanted_.kinds.for_each(
        [this](DirectoryKind kind) { facts_->remove_unseen(kind); });
  }
  if (edits_) {
    holders_->begin_change();
    if (how.remove_absent) edits_->remove_unseen();
    edits_->finish();
  }
  if (before_.people > 0) {
    losses_.of(Loss::enabled).lost +=
        std::max<std::int64_t>(0, counts_.ambiguous - before_.ambiguous);
  }
  losses_.of(Loss::people).had = before_.people;
  losses_.of(Loss::enabled).had = before_.people - before_.disabled;
  losses_.of(Loss::disabled).had += before_.disabled;
  losses_.of(Loss::low_risks).had = before_.at_risk - before_.risky;
  losses_.of(Loss::guests).had = before_.guests;
  losses_.of(Loss::members).had = before_.people - before_.guests;
  losses_.of(Loss::role_holders).had = before_.role_holders;
  losses_.of(Loss::risks).had = before_.risky;
  if (auto done = load_ ? finish_new_file(compared) : check(); !done) {
    return done;
  }
  return check_counts(counts_, world_.limits);
}

// A step that fills the disk has filled it when it fails.
Result<> Generation::check_room(std::uint64_t wanted) {
  return world_.folder.check_free_space(world_.limits.free_bytes + wanted);
}

Result<> Generation::finish_load() {
  if (auto room = check_room(load_->room_for_people()); !room) return room;
  load_->finish_people();
  if (auto done = check(); !done) return done;
  if (auto room = check_room(load_->room_for_memberships()); !room) return room;
  load_->finish_memberships();
  return check();
}

Result<> Generation::finish_new_file(std::uint64_t room) {
  if (auto done = check_room(room); !done) return done;
  new_file_->statement("COMMIT").run();
  new_file_->statement("ATTACH ? AS old")
      .with(world_.folder.file(kCacheFile))
      .run();
  new_file_->statement("BEGIN").run();
  compare_with_old(*new_file_, world_.role_groups, counts_, losses_, number_,
                   began_);
  new_file_->execute("INSERT INTO main.losses SELECT * FROM old.losses");
  return check();
}

Result<Losses> Generation::losses(Instant now) {
  const Losses all = with_earlier(database(), losses_, now);
  if (auto read = check(); !read) return tl::unexpected(read.error());
  return all;
}

Result<Restrictions> Generation::restrictions(const Losses& losses,
                                              const MassChangeLimit& limit) {
  Database& changed = database();
  if (!new_file_) {
    // Beside the transaction, what it began from.
    changed.statement("ATTACH ? AS old")
        .with(world_.folder.file(kCacheFile))
        .run();
    attached_ = true;
  }
  Restrictions found =
      find_restrictions(changed, world_.role_groups, losses, limit);
  if (auto read = check(); !read) return tl::unexpected(read.error());
  return found;
}

Result<> Generation::write(const CacheMeta& meta, bool day_is_over,
                           Instant now) {
  Database& target = database();
  if (!meta.held) target.statement("DELETE FROM doubts").run();
  if (day_is_over) {
    forget_losses(target);
  } else {
    note_losses(target, losses_, now);
  }
  save_meta(target, meta);
  target.statement("COMMIT").run();
  if (auto wrote = check(); !wrote) return wrote;
  written_ = true;
  facts_.reset();
  load_.reset();
  new_file_.reset();
  return new_file_made_ ? world_.folder.sync_new_file() : Result<>();
}

}  // namespace mfa
