// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/people_load.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/base/escape.h"
#include "agent/cache/account_bearer.h"
#include "agent/cache/rows.h"
#include "agent/cache/schema.h"
#include "agent/cache/tombstones.h"

namespace mfa {
namespace {

// Entries of the indexes, twice: once where they are, once where they are
// sorted.
constexpr std::uint64_t kBytesToSortPerson = 2 * 150;
constexpr std::uint64_t kBytesToSortMembership = 2 * 110;

// One row, one number.
std::int64_t number(Statement statement) {
  return statement.next() ? statement.integer(0) : 0;
}

}  // namespace

void PeopleLoad::put(const DirectoryPerson& person) {
  if (indexed_) remove_person(person.id);
  const std::int64_t row = ++people_;
  std::optional<std::string> account;
  std::optional<std::uint32_t> uid;
  if (person.account) {
    account = person.account->str();
    uid = person.uid;
  }
  database_
      .statement(
          "INSERT INTO people (row, id, account, uid, principal, enabled, "
          "guest, names) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .with(row, person.id, account, uid, person.principal_name, person.enabled,
            person.is_guest, Blob{packed(hashed(person.names))})
      .run();
  ++counts_.people;
  if (person.member_of.empty()) return;
  const HashedKey key = hashed(person.id);
  for (const HashedKey& group : hashed(person.member_of)) {
    load(key, group, kMemberSays, row);
  }
}

void PeopleLoad::remove_person(const std::string& id) {
  Statement removed =
      database_.statement("DELETE FROM people WHERE id = ? RETURNING row");
  removed.with(id);
  if (!removed.next()) return;
  outdate(kMemberSays, removed.integer(0));
  --counts_.people;
  removed.run();
}

// What a group says of itself belongs to its row as well; so the groups that
// it is in are marked by a negative number, apart from those of people.
void PeopleLoad::put(const DirectoryGroup& group) {
  if (const auto before = find_group_row(database_, group.id)) {
    remove_group(group.id, *before);
  }
  const HashedKey key = hashed(group.id);
  const std::int64_t row = ++groups_;
  database_.statement("INSERT INTO groups (row, id) VALUES (?, ?)")
      .with(row, group.id)
      .run();
  ++counts_.groups;
  write_group_names(database_, row, names_of(group));
  for (const HashedKey& member : hashed(group.members)) {
    load(member, key, kGroupSays, row);
  }
  for (const HashedKey& parent : hashed(group.member_of)) {
    load(key, parent, kMemberSays, -row);
  }
}

void PeopleLoad::remove_group(const std::string& id, std::int64_t row) {
  write_group_names(database_, row, {});
  database_.statement("DELETE FROM groups WHERE id = ?").with(id).run();
  --counts_.groups;
  outdate(kGroupSays, row);
  outdate(kMemberSays, -row);
}

Result<> PeopleLoad::change(const change::Members& members) {
  const auto row = find_group_row(database_, members.group);
  if (!row) {
    return error(ErrorKind::conflict,
                 fmt::format("members were brought of the group {}, which "
                             "is not there",
                             quoted(members.group)));
  }
  const HashedKey group = hashed(members.group);
  for (const HashedKey& member : hashed(members.add)) {
    load(member, group, kGroupSays, *row);
  }
  for (const HashedKey& member : hashed(members.remove)) {
    load(member, group, kGroupSays, *row, false);
  }
  return {};
}

// Rare in a load; then an index pays at once.
void PeopleLoad::remove(const std::string& id) {
  if (!indexed_) index_people();
  remove_person(id);
  if (const auto row = find_group_row(database_, id)) remove_group(id, *row);
}

// Whether somebody who is understood has the account shows at the end.
void PeopleLoad::bury(const Refused& person) {
  if (!person.has_account) return;
  if (person.account) {
    database_
        .statement(
            "INSERT OR IGNORE INTO temp.refused (account, person) "
            "VALUES (?, ?)")
        .with(person.account->str(), person.id)
        .run();
    return;
  }
  database_
      .statement("INSERT OR IGNORE INTO not_understood (person) VALUES (?)")
      .with(person.id)
      .run();
}

void PeopleLoad::load(const HashedKey& member, const HashedKey& group, int side,
                      std::int64_t owner, bool here) {
  database_
      .statement(
          "INSERT INTO temp.loaded (member, grp, side, owner, here) "
          "VALUES (?, ?, ?, ?, ?)")
      .with(member.blob(), group.blob(), side, owner, here)
      .run();
  ++counts_.memberships;
}

void PeopleLoad::outdate(int side, std::int64_t owner) {
  database_
      .statement(
          "INSERT OR IGNORE INTO temp.outdated (side, owner) "
          "VALUES (?, ?)")
      .with(side, owner)
      .run();
}

void PeopleLoad::index_people() {
  index_people_by_id(database_);
  indexed_ = true;
  database_
      .statement(
          "INSERT OR IGNORE INTO temp.outdated (side, owner) "
          "SELECT 1, p.row FROM (SELECT id, max(row) AS last FROM people "
          "GROUP BY id HAVING count(*) > 1) twice "
          "JOIN people p ON p.id = twice.id AND p.row <> twice.last")
      .run();
  database_
      .statement(
          "DELETE FROM people WHERE row IN "
          "(SELECT owner FROM temp.outdated WHERE side = 1)")
      .run();
  counts_.people -= database_.changes();
}

// Three indexes of people, and what sorting them takes.
std::uint64_t PeopleLoad::room_for_people() const {
  return static_cast<std::uint64_t>(counts_.people) * kBytesToSortPerson;
}

std::uint64_t PeopleLoad::room_for_memberships() const {
  return static_cast<std::uint64_t>(counts_.memberships) *
         kBytesToSortMembership;
}

void PeopleLoad::finish_people() {
  if (!indexed_) index_people();
  index_accounts(database_);
  bury_refused_people();
  find_ambiguous();
  count_people();
}

void PeopleLoad::finish_memberships() {
  sort_memberships();
  index_memberships(database_);
}

void PeopleLoad::bury_refused_people() {
  database_
      .statement(
          "DELETE FROM not_understood WHERE person IN "
          "(SELECT id FROM people)")
      .run();
  Statement rows = database_.statement(
      "SELECT account, person FROM temp.refused r WHERE NOT EXISTS "
      "(SELECT 1 FROM people p WHERE p.account = r.account)");
  while (rows.next()) {
    bury_refused(database_, {rows.text(1), UserName::parse(rows.view(0))},
                 generation_, began_);
  }
}

void PeopleLoad::sort_memberships() {
  database_
      .statement(
          // The greatest number is the last word; it is odd for "here".
          "INSERT INTO memberships (member, grp, side) "
          "SELECT member, grp, side FROM temp.loaded l WHERE NOT EXISTS "
          "(SELECT 1 FROM temp.outdated o WHERE o.side = l.side "
          "AND o.owner = l.owner) "
          "GROUP BY member, grp, side HAVING max(2 * row + here) % 2 = 1")
      .run();
  counts_.memberships = database_.changes();
  database_.execute("DROP TABLE temp.loaded; DROP TABLE temp.outdated");
}

void PeopleLoad::find_ambiguous() {
  database_
      .statement(
          "INSERT INTO ambiguous (name) SELECT account FROM people "
          "WHERE account IS NOT NULL GROUP BY account HAVING count(*) > 1")
      .run();
  counts_.ambiguous = database_.changes();
  database_
      .statement(
          "INSERT INTO ambiguous (name) SELECT 'uid ' || uid FROM people "
          "WHERE uid IS NOT NULL GROUP BY uid HAVING count(*) > 1")
      .run();
  counts_.ambiguous += database_.changes();
}

void PeopleLoad::count_people() {
  counts_.disabled = number(database_.statement(
      "SELECT count(*) FROM people INDEXED BY people_by_id WHERE NOT enabled"));
  counts_.guests =
      number(database_.statement("SELECT count(*) FROM people WHERE guest"));
}

// --- what the new file would lose --------------------------------------------

namespace {

void compare_people(Database& database, Losses& losses) {
  // Both indexes are read in their order.
  Statement sums = database.statement(
      "SELECT sum(new.id IS NULL), sum(o.enabled AND new.enabled = 0), "
      "sum(NOT o.enabled AND new.enabled = 1), sum(o.uid <> new.uid), "
      "sum(o.guest AND new.guest = 0), sum(NOT o.guest AND new.guest = 1) "
      "FROM old.people o INDEXED BY people_by_id "
      "LEFT JOIN main.people new ON new.id = o.id");
  if (!sums.next()) return;
  losses.of(Loss::people).lost += sums.integer(0);
  losses.of(Loss::enabled).lost += sums.integer(1) + sums.integer(3);
  losses.of(Loss::disabled).lost += sums.integer(2);
  losses.of(Loss::guests).lost += sums.integer(4);
  losses.of(Loss::members).lost += sums.integer(5);
  count_lifted(number(database.statement(
                   "SELECT count(DISTINCT t.account) FROM old.tombstones t "
                   "JOIN main.people n ON n.account = t.account "
                   "WHERE n.enabled")),
               losses);
  // Nobody was there: what a damaged file left is what there is to lose.
  losses.of(Loss::disabled).had +=
      number(database.statement("SELECT count(*) FROM old.tombstones "
                                "WHERE NOT EXISTS (SELECT 1 FROM old.people)"));
}

bool any_in(Database& database, const char* sql,
            const std::vector<HashedKey>& keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const HashedKey& key) {
    Statement found = database.statement(sql);
    return found.with(key.blob()).next();
  });
}

constexpr char kHoldsNow[] = "SELECT 1 FROM temp.holders WHERE member = ?";

// Accounts that other people bear than before.
void compare_bearers(Database& database, Losses& losses) {
  Statement moved = database.statement(
      "SELECT EXISTS (SELECT 1 FROM main.people p WHERE p.id = o.id), "
      "o.id, o.enabled, o.guest, o.uid, o.names, "
      "n.id, n.enabled, n.guest, n.uid, n.names FROM old.people o "
      "JOIN main.people n ON n.account = o.account "
      "WHERE n.id <> o.id AND NOT EXISTS (SELECT 1 FROM main.people p "
      "WHERE p.id = o.id AND p.account = o.account)");
  while (moved.next()) {
    // Else the person is gone, and counted.
    if (moved.integer(0) != 0) ++losses.of(Loss::people).lost;
    const AccountBearer before = read_bearer(moved, 1);
    const AccountBearer after = read_bearer(moved, 6);
    count_bearers(database, before, after, losses);
    // Somebody holds the role still by what the account is called no more.
    if (any_in(database,
               "SELECT 1 FROM temp.holders_before b WHERE b.member = ? AND "
               "EXISTS (SELECT 1 FROM temp.holders h "
               "WHERE h.member = b.member)",
               before.keys()) &&
        !any_in(database, kHoldsNow, after.keys())) {
      ++losses.of(Loss::role_holders).lost;
    }
  }
}

// People who are not called any more what role holders are called.
std::int64_t holders_renamed(Database& database) {
  Statement changed = database.statement(
      "SELECT o.id, o.names, n.names FROM old.people o "
      "JOIN main.people n ON n.id = o.id WHERE o.names <> n.names");
  std::int64_t lost = 0;
  while (changed.next()) {
    auto keys = unpacked(changed.view(2));
    keys.push_back(hashed(changed.view(0)));
    lost +=
        any_in(database, "SELECT 1 FROM temp.holders_before WHERE member = ?",
               unpacked(changed.view(1))) &&
        !any_in(database, kHoldsNow, keys);
  }
  return lost;
}

void bury_accounts(Database& database, Losses& losses, std::uint64_t generation,
                   Instant now) {
  database
      .statement(
          "INSERT OR IGNORE INTO main.tombstones "
          "(account, person, since, generation, refused) "
          "SELECT account, person, since, generation, refused "
          "FROM old.tombstones t "
          "WHERE NOT EXISTS (SELECT 1 FROM main.people p "
          "WHERE p.account = t.account)")
      .run();
  database
      .statement(
          "INSERT OR IGNORE INTO main.tombstones "
          "(account, person, since, generation) "
          "SELECT account, id, ?, ? FROM old.people o "
          "WHERE account IS NOT NULL AND NOT EXISTS "
          "(SELECT 1 FROM main.people p WHERE p.account = o.account)")
      .with(now, generation)
      .run();
  // Accounts that went without their person.
  losses.of(Loss::enabled).lost += std::max<std::int64_t>(
      0, database.changes() - losses.of(Loss::people).lost);
}

void compare_role_holders(Database& database, const RoleGroupNames& names,
                          CacheCounts& counts, Losses& losses) {
  counts.role_holders = count_role_holders(database, names);
  find_role_holders(database, names, "old", "holders_before");
  LossCount& loss = losses.of(Loss::role_holders);
  loss.had =
      number(database.statement("SELECT count(*) FROM temp.holders_before"));
  loss.lost = number(database.statement(
      "SELECT count(*) FROM temp.holders_before b WHERE NOT EXISTS "
      "(SELECT 1 FROM temp.holders h WHERE h.member = b.member)"));
  loss.lost += holders_renamed(database);
}

}  // namespace

void compare_with_old(Database& database, const RoleGroupNames& names,
                      CacheCounts& counts, Losses& losses,
                      std::uint64_t generation, Instant now) {
  compare_people(database, losses);
  bury_accounts(database, losses, generation, now);
  compare_role_holders(database, names, counts, losses);
  compare_bearers(database, losses);
}

}  // namespace mfa
