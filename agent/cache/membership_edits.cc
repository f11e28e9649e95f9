// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/membership_edits.h"

#include <algorithm>
#include <string>

#include "agent/cache/rows.h"

namespace mfa {

bool MembershipEdits::is_replaced(const HashedKey& group) {
  Statement found =
      database_.statement("SELECT 1 FROM temp.replaced_groups WHERE grp = ?");
  return found.with(group.blob()).next();
}

// Its members may come in several messages, so what it has now is compared
// with that at the end: a group of fifty thousand that lost one loses one.
void MembershipEdits::shall_have_members(
    const HashedKey& group, const std::vector<HashedKey>& members) {
  database_
      .statement("INSERT OR IGNORE INTO temp.replaced_groups (grp) VALUES (?)")
      .with(group.blob())
      .run();
  database_.statement("DELETE FROM temp.wanted_members WHERE grp = ?")
      .with(group.blob())
      .run();
  for (const HashedKey& member : members) want(member, group);
}

void MembershipEdits::give_members(const HashedKey& group) {
  for_each_key(database_,
               "SELECT member FROM memberships m WHERE grp = ? AND side = 0 "
               "AND member > ? AND NOT EXISTS (SELECT 1 FROM "
               "temp.wanted_members w WHERE w.grp = m.grp AND "
               "w.member = m.member) ORDER BY member LIMIT ?",
               group, [&](const HashedKey& member) {
                 remove_membership(member, group, kGroupSays);
               });
  for_each_key(database_,
               "SELECT member FROM temp.wanted_members w WHERE grp = ? "
               "AND member > ? AND NOT EXISTS (SELECT 1 FROM memberships m "
               "WHERE m.member = w.member AND m.grp = w.grp AND m.side = 0) "
               "ORDER BY member LIMIT ?",
               group, [&](const HashedKey& member) {
                 add_membership(member, group, kGroupSays);
               });
}

void MembershipEdits::set_own_groups(const HashedKey& member,
                                     const std::vector<HashedKey>& groups) {
  std::vector<HashedKey> before;
  {
    Statement found = database_.statement(
        "SELECT grp FROM memberships WHERE member = ? AND side = 1 "
        "ORDER BY grp");
    found.with(member.blob());
    while (found.next()) before.push_back(from_row(found.view(0)));
  }
  for (const HashedKey& group : before) {
    if (!std::binary_search(groups.begin(), groups.end(), group)) {
      remove_membership(member, group, kMemberSays);
    }
  }
  for (const HashedKey& group : groups) {
    if (!std::binary_search(before.begin(), before.end(), group)) {
      add_membership(member, group, kMemberSays);
    }
  }
}

void MembershipEdits::add_membership(const HashedKey& member,
                                     const HashedKey& group, int side) {
  database_
      .statement(
          "INSERT OR IGNORE INTO memberships (member, grp, side) "
          "VALUES (?, ?, ?)")
      .with(member.blob(), group.blob(), side)
      .run();
  if (database_.changes() == 0) return;
  holders_.members_changed(group);
  ++counts_.memberships;
  if (!holders_.bears_role(group) || regain(member, group)) return;
  counts_.role_holders += holders_.people_behind(member);
}

void MembershipEdits::remove_membership(const HashedKey& member,
                                        const HashedKey& group, int side) {
  database_
      .statement(
          "DELETE FROM memberships "
          "WHERE member = ? AND grp = ? AND side = ?")
      .with(member.blob(), group.blob(), side)
      .run();
  if (database_.changes() == 0) return;
  holders_.members_changed(group);
  --counts_.memberships;
  if (holders_.bears_role(group)) lose(member, group);
}

void MembershipEdits::lose(const HashedKey& member, const HashedKey& group) {
  const std::int64_t people = holders_.people_behind(member);
  counts_.role_holders -= people;
  database_
      .statement(
          "INSERT OR IGNORE INTO temp.lost_memberships "
          "(member, grp, people) VALUES (?, ?, ?)")
      .with(member.blob(), group.blob(), people)
      .run();
  if (database_.changes() == 0) return;
  losses_.of(Loss::role_holders).lost += people;
}

// A record may be removed and come again in one generation.
bool MembershipEdits::regain(const HashedKey& member, const HashedKey& group) {
  Statement found = database_.statement(
      "DELETE FROM temp.lost_memberships "
      "WHERE member = ? AND grp = ? RETURNING people");
  found.with(member.blob(), group.blob());
  if (!found.next()) return false;
  losses_.of(Loss::role_holders).lost -= found.integer(0);
  counts_.role_holders += found.integer(0);
  found.run();
  return true;
}

void MembershipEdits::change(const HashedKey& group,
                             const std::vector<HashedKey>& added,
                             const std::vector<HashedKey>& removed) {
  const bool replaced = is_replaced(group);
  for (const HashedKey& member : added) {
    if (replaced) {
      want(member, group);
    } else {
      add_membership(member, group, kGroupSays);
    }
  }
  for (const HashedKey& member : removed) {
    if (replaced) {
      database_
          .statement(
              "DELETE FROM temp.wanted_members "
              "WHERE grp = ? AND member = ?")
          .with(group.blob(), member.blob())
          .run();
    } else {
      remove_membership(member, group, kGroupSays);
    }
  }
}

void MembershipEdits::want(const HashedKey& member, const HashedKey& group) {
  database_
      .statement(
          "INSERT OR IGNORE INTO temp.wanted_members (grp, member) "
          "VALUES (?, ?)")
      .with(group.blob(), member.blob())
      .run();
}

void MembershipEdits::remove_group(const HashedKey& group) {
  database_.statement("DELETE FROM temp.replaced_groups WHERE grp = ?")
      .with(group.blob())
      .run();
  if (holders_.bears_role(group)) {
    for_each_key(database_,
                 "SELECT member FROM memberships WHERE grp = ? AND side = 0 "
                 "AND member > ? ORDER BY member LIMIT ?",
                 group, [&](const HashedKey& member) {
                   remove_membership(member, group, kGroupSays);
                 });
  } else {
    database_.statement("DELETE FROM memberships WHERE grp = ? AND side = ?")
        .with(group.blob(), kGroupSays)
        .run();
    counts_.memberships -= database_.changes();
    holders_.members_changed(group);
  }
  set_own_groups(group, {});
}

std::optional<HashedKey> MembershipEdits::any_replaced_group() {
  Statement found =
      database_.statement("SELECT grp FROM temp.replaced_groups LIMIT 1");
  if (!found.next()) return std::nullopt;
  return from_row(found.view(0));
}

void MembershipEdits::finish() {
  while (const auto group = any_replaced_group()) {
    give_members(*group);
    database_.statement("DELETE FROM temp.replaced_groups WHERE grp = ?")
        .with(group->blob())
        .run();
  }
  database_.statement("DELETE FROM temp.wanted_members").run();
  database_.statement("DELETE FROM temp.lost_memberships").run();
}

}  // namespace mfa
