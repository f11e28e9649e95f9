// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/people_edits.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/base/escape.h"
#include "agent/cache/account_bearer.h"
#include "agent/cache/rows.h"
#include "agent/cache/tombstones.h"

namespace mfa {

struct PeopleEdits::Row {
  std::int64_t row = 0;
  std::string id;
  std::optional<std::string> account;
  std::optional<std::int64_t> uid;
  std::string principal;
  bool enabled = false;
  bool is_guest = false;
  std::string names;
  bool operator==(const Row&) const = default;
};

// --- people ------------------------------------------------------------------

std::optional<PeopleEdits::Row> PeopleEdits::find_person(
    const std::string& id) {
  Statement found = database_.statement(
      "SELECT row, account, uid, principal, enabled, guest, names FROM people "
      "WHERE id = ?");
  found.with(id);
  if (!found.next()) return std::nullopt;
  Row row{found.integer(0),      id,
          std::nullopt,          std::nullopt,
          found.text(3),         found.integer(4) != 0,
          found.integer(5) != 0, found.text(6)};
  if (!found.is_null(1)) row.account = found.text(1);
  if (!found.is_null(2)) row.uid = found.integer(2);
  return row;
}

void PeopleEdits::put(const DirectoryPerson& person) {
  const auto before = find_person(person.id);
  Row after{before ? before->row : 0,
            person.id,
            std::nullopt,
            std::nullopt,
            person.principal_name,
            person.enabled,
            person.is_guest,
            packed(hashed(person.names))};
  if (person.account) {
    after.account = person.account->str();
    if (person.uid) after.uid = *person.uid;
  }
  if (!before) {
    Statement made = database_.statement(
        "INSERT INTO people (id, principal, enabled, guest, names) "
        "VALUES (?, '', 0, 0, x'') RETURNING row");
    made.with(person.id);
    if (!made.next()) return;
    after.row = made.integer(0);
    made.run();
    ++counts_.people;
    ++counts_.disabled;
    person_is_back(after);
  }
  people_.mark(after.row);
  if (before && before->names != after.names) {
    names_lost(*before, after);
    note_lost(unpacked(before->names), unpacked(after.names));
  }
  if (before != after) {
    write(after);
    account_changed(before.value_or(Row{}), after);
  }
  understood(person.id);
  memberships_.set_own_groups(hashed(person.id), hashed(person.member_of));
}

void PeopleEdits::write(const Row& row) {
  database_
      .statement(
          "UPDATE people SET account = ?, uid = ?, principal = ?, "
          "enabled = ?, guest = ?, names = ? WHERE row = ?")
      .with(row.account, row.uid, row.principal, row.enabled, row.is_guest,
            Blob{row.names}, row.row)
      .run();
}

// Both sorted.
void PeopleEdits::note_lost(const std::vector<HashedKey>& before,
                            const std::vector<HashedKey>& after) {
  if (!std::includes(after.begin(), after.end(), before.begin(),
                     before.end())) {
    lost_names_ = true;
  }
}

// What groups say of a name that is nobody's any more, they say of nobody.
bool PeopleEdits::names_lost(const Row& before, const Row& after) {
  const auto kept = unpacked(after.names);
  for (const HashedKey& key : unpacked(before.names)) {
    if (std::binary_search(kept.begin(), kept.end(), key)) continue;
    if (!holders_.holds_role(key)) continue;
    ++losses_.of(Loss::role_holders).lost;
    return true;
  }
  return false;
}

void PeopleEdits::person_is_back(const Row& now) {
  Statement back = database_.statement(
      "DELETE FROM temp.gone WHERE id = ? RETURNING enabled, guest");
  back.with(now.id);
  if (!back.next()) return;
  if (back.integer(0) == 0 && now.enabled) ++losses_.of(Loss::disabled).lost;
  count_guest(back.integer(1) != 0, now.is_guest, losses_);
  back.run();
  --people_gone_;
}

// `before` of a new person is that of one who is disabled and has no account.
void PeopleEdits::account_changed(const Row& before, const Row& after) {
  counts_.disabled += int{before.enabled} - int{after.enabled};
  counts_.guests += int{after.is_guest} - int{before.is_guest};
  if (before.row != 0) count_guest(before.is_guest, after.is_guest, losses_);
  if (before.row != 0 && !before.enabled && after.enabled) {
    ++losses_.of(Loss::disabled).lost;
  }
  if (before.enabled && !after.enabled) ++losses_.of(Loss::enabled).lost;
  if (before.account != after.account) {
    if (before.account) account_lost(before, holds_role(before));
    if (after.account) account_found(after);
  }
  if (before.uid != after.uid) {
    if (before.uid && after.uid) ++losses_.of(Loss::enabled).lost;
    recount_uid(before.uid);
    recount_uid(after.uid);
  }
}

void PeopleEdits::account_found(const Row& now) {
  recount_account(now.account);
  Statement forgotten = database_.statement(
      "DELETE FROM tombstones WHERE account = ? "
      "RETURNING generation, refused");
  forgotten.with(now.account);
  if (!forgotten.next()) return;
  const bool is_of_now = forgotten.integer(0) == generation_;
  const bool was_refused = forgotten.integer(1) != 0;
  forgotten.run();
  if (is_of_now && !was_refused) --accounts_gone_;
  if (!is_of_now && now.enabled) count_lifted(1, losses_);
}

bool PeopleEdits::holds_role(const Row& row) {
  auto keys = unpacked(row.names);
  keys.push_back(hashed(row.id));
  return holds_role(keys);
}

bool PeopleEdits::holds_role(const std::vector<HashedKey>& keys) {
  return std::any_of(keys.begin(), keys.end(), [this](const HashedKey& key) {
    return holders_.holds_role(key);
  });
}

void PeopleEdits::understood(const std::string& id) {
  database_.statement("DELETE FROM not_understood WHERE person = ?")
      .with(id)
      .run();
}

void PeopleEdits::bury(const Refused& person) {
  if (const auto known = find_person(person.id)) remove_person(*known);
  understood(person.id);
  if (!person.has_account) return;
  if (!person.account) {
    database_
        .statement("INSERT OR IGNORE INTO not_understood (person) VALUES (?)")
        .with(person.id)
        .run();
    return;
  }
  bury_refused(database_, person, generation_, now_);
}

void PeopleEdits::account_lost(const Row& row, bool held_role) {
  database_
      .statement(
          "INSERT OR IGNORE INTO temp.left_accounts (account, id, enabled, "
          "guest, uid, names, held_role) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .with(row.account, row.id, row.enabled, row.is_guest, row.uid,
            Blob{row.names}, held_role)
      .run();
  recount_account(row.account);
  Statement other =
      database_.statement("SELECT 1 FROM people WHERE account = ? LIMIT 1");
  if (other.with(*row.account).next()) return;
  database_
      .statement(
          "INSERT OR IGNORE INTO tombstones "
          "(account, person, since, generation) VALUES (?, ?, ?, ?)")
      .with(*row.account, row.id, now_, generation_)
      .run();
  ++accounts_gone_;
}

void PeopleEdits::recount_account(const std::optional<std::string>& account) {
  Statement count = database_.statement(
      "SELECT count(*) FROM (SELECT 1 FROM people WHERE account = ? LIMIT 2)");
  count.with(account);
  if (count.next()) recount_ambiguous(*account, count.integer(0) > 1);
}

void PeopleEdits::recount_uid(std::optional<std::int64_t> uid) {
  if (!uid) return;
  Statement count = database_.statement(
      "SELECT count(*) FROM (SELECT 1 FROM people WHERE uid = ? LIMIT 2)");
  count.with(uid);
  if (count.next()) {
    recount_ambiguous(ambiguous_uid(*uid), count.integer(0) > 1);
  }
}

void PeopleEdits::recount_ambiguous(const std::string& name,
                                    bool is_ambiguous) {
  if (is_ambiguous) {
    database_.statement("INSERT OR IGNORE INTO ambiguous (name) VALUES (?)")
        .with(name)
        .run();
    counts_.ambiguous += database_.changes();
  } else {
    database_.statement("DELETE FROM ambiguous WHERE name = ?")
        .with(name)
        .run();
    counts_.ambiguous -= database_.changes();
  }
}

void PeopleEdits::remove_person(const Row& row) {
  Row nameless = row;
  nameless.names.clear();
  const bool is_counted = names_lost(row, nameless);
  memberships_.set_own_groups(hashed(row.id), {});
  const bool held_role = !is_counted && holds_role(row);
  database_.statement("DELETE FROM people WHERE row = ?").with(row.row).run();
  --counts_.people;
  if (!row.enabled) --counts_.disabled;
  if (row.is_guest) --counts_.guests;
  people_.unmark(row.row);
  if (row.account) account_lost(row, held_role);
  recount_uid(row.uid);
  database_
      .statement(
          "INSERT OR IGNORE INTO temp.gone (id, enabled, guest) "
          "VALUES (?, ?, ?)")
      .with(row.id, row.enabled, row.is_guest)
      .run();
  people_gone_ += database_.changes();
}

// --- groups ------------------------------------------------------------------

void PeopleEdits::put(const DirectoryGroup& group) {
  const HashedKey key = hashed(group.id);
  auto row = find_group_row(database_, group.id);
  if (!row) {
    row = add_group_row(database_, group.id);
    if (!row) return;
    ++counts_.groups;
  }
  groups_.mark(*row);
  set_group_names(*row, group);
  memberships_.shall_have_members(key, hashed(group.members));
  memberships_.set_own_groups(key, hashed(group.member_of));
}

// A name that a role mapping has in mind comes or goes: so do its holders.
void PeopleEdits::set_group_names(std::int64_t row,
                                  const DirectoryGroup& group) {
  const GroupNames wanted = names_of(group);
  if (wanted == read_group_names(database_, row)) return;
  const HashedKey key = hashed(group.id);
  const std::int64_t before = holders_.role_people(key);
  note_lost(keys_of(read_group_names(database_, row)), keys_of(wanted));
  write_group_names(database_, row, wanted);
  holders_.names_changed();
  const std::int64_t after = holders_.role_people(key);
  counts_.role_holders += after - before;
  if (after < before) losses_.of(Loss::role_holders).lost += before - after;
}

Result<> PeopleEdits::change(const change::Members& members) {
  if (!find_group_row(database_, members.group)) {
    return error(ErrorKind::conflict,
                 fmt::format("members were brought of the group {}, which "
                             "is not there",
                             quoted(members.group)));
  }
  memberships_.change(hashed(members.group), hashed(members.add),
                      hashed(members.remove));
  return {};
}

void PeopleEdits::remove_group(std::int64_t row, const std::string& id) {
  const HashedKey key = hashed(id);
  const bool bore_role = holders_.role_people(key) != 0;
  memberships_.remove_group(key);
  // Whose own records say that they are in it.
  if (bore_role)
    losses_.of(Loss::role_holders).lost += holders_.people_behind(key);
  write_group_names(database_, row, {});
  holders_.names_changed();
  database_.statement("DELETE FROM groups WHERE row = ?").with(row).run();
  --counts_.groups;
  groups_.unmark(row);
}

// --- all ---------------------------------------------------------------------

void PeopleEdits::remove(const std::string& id) {
  if (const auto person = find_person(id)) remove_person(*person);
  understood(id);
  const auto group = find_group_row(database_, id);
  if (group) remove_group(*group, id);
}

void PeopleEdits::mark_present(const std::string& id) {
  Statement person = database_.statement("SELECT row FROM people WHERE id = ?");
  if (person.with(id).next()) people_.mark(person.integer(0));
  if (const auto group = find_group_row(database_, id)) groups_.mark(*group);
}

// `sql` is "SELECT id FROM TABLE WHERE row = ?".
std::string PeopleEdits::id_of(const char* sql, std::int64_t row) {
  Statement found = database_.statement(sql);
  found.with(row);
  return found.next() ? found.text(0) : "";
}

void PeopleEdits::remove_unseen() {
  for_each_unseen(database_,
                  "SELECT row FROM people WHERE row > ? ORDER BY row LIMIT ?",
                  people_, [this](std::int64_t row) {
                    remove(id_of("SELECT id FROM people WHERE row = ?", row));
                  });
  for_each_unseen(database_,
                  "SELECT row FROM groups WHERE row > ? ORDER BY row LIMIT ?",
                  groups_, [this](std::int64_t row) {
                    remove(id_of("SELECT id FROM groups WHERE row = ?", row));
                  });
}

// Accounts that other people bear now.
void PeopleEdits::compare_accounts() {
  Statement left = database_.statement(
      "SELECT l.held_role, l.id, l.enabled, l.guest, l.uid, l.names, "
      "n.id, n.enabled, n.guest, n.uid, n.names, "
      "EXISTS (SELECT 1 FROM people o WHERE o.id = l.id) "
      "FROM temp.left_accounts l "
      "JOIN people n ON n.account = l.account WHERE n.id <> l.id AND NOT "
      "EXISTS "
      "(SELECT 1 FROM people o WHERE o.id = l.id AND o.account = l.account)");
  while (left.next()) {
    const AccountBearer before = read_bearer(left, 1);
    const AccountBearer after = read_bearer(left, 6);
    // Else the person is gone, and counted.
    if (left.integer(11) != 0) ++losses_.of(Loss::people).lost;
    count_bearers(database_, before, after, losses_);
    // What the earlier one lost of it himself is counted already.
    if (left.integer(0) != 0 && holds_role(before.keys()) &&
        !holds_role(after.keys())) {
      ++losses_.of(Loss::role_holders).lost;
    }
  }
}

void PeopleEdits::finish() {
  memberships_.finish();
  compare_accounts();
  database_.statement("DELETE FROM temp.gone").run();
  database_.statement("DELETE FROM temp.left_accounts").run();
  losses_.of(Loss::people).lost += people_gone_;
  // Accounts that went without their person.
  losses_.of(Loss::enabled).lost +=
      std::max<std::int64_t>(0, accounts_gone_ - people_gone_);
}

}  // namespace mfa
