// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "agent/base/escape.h"
#include "agent/cache/device_row.h"
#include "agent/cache/group_walk.h"
#include "agent/cache/limits.h"
#include "agent/cache/meta.h"
#include "agent/cache/rows.h"
#include "agent/config/role_names.h"

namespace mfa {
namespace {

using Standing = CentralRecord::Standing;

class Lookup {
 public:
  Lookup(Database& database, const CacheAges& ages, const CacheHead& head,
         const ScopeGroups& scope, Instant now)
      : database_(database),
        ages_(ages),
        head_(head),
        scope_(scope),
        now_(now) {}

  CacheAnswer answer(const CacheQuestion& question);

 private:
  void find_person(const CacheQuestion& question);
  void look_for_tombstone(const std::string& account);
  void look_for_doubts();
  void look_for_conflict(const CacheQuestion& question);
  void add_memberships();
  void add_roles(const GroupWalk& walk);
  void add_risk();
  void add_devices();
  void apply_ages();
  void make_all_uncertain();
  void doubt_groups();

  CentralRecord& record() { return answer_.record; }

  Database& database_;
  const CacheAges& ages_;
  const CacheHead& head_;
  const ScopeGroups& scope_;
  const Instant now_;
  CacheAnswer answer_;
  std::vector<HashedKey> keys_;  // by which records call the person
  std::optional<std::int64_t> uid_;
  bool is_certain_ = true;
  // May hold more than what is known, by a change that waits for a word.
  bool may_hold_more_ = false;
};

// An account of this machine alone is in none of the directory's groups, and
// that is certain.
CacheAnswer Lookup::answer(const CacheQuestion& question) {
  find_person(question);
  if (!keys_.empty()) {
    add_memberships();
    add_risk();
    add_devices();
  }
  apply_ages();
  if (!is_certain_) make_all_uncertain();
  if (!is_certain_ || may_hold_more_) {
    answer_.roles_are_uncertain = true;
    doubt_groups();
  }
  for (const std::size_t index : scope_.ambiguous_groups) {
    answer_.uncertain_groups.push_back(scope_.scope->groups[index].written);
  }
  if (scope_.role_is_ambiguous) answer_.roles_are_uncertain = true;
  return std::move(answer_);
}

void Lookup::find_person(const CacheQuestion& question) {
  {
    Statement found = database_.statement(
        "SELECT id, principal, enabled, guest, names, uid FROM people "
        "WHERE account = ? LIMIT 2");
    found.with(question.account);
    if (found.next()) {
      record().id = found.text(0);
      record().principal_name = found.text(1);
      record().standing =
          found.integer(2) != 0 ? Standing::enabled : Standing::disabled;
      record().is_guest = found.integer(3) != 0;
      keys_ = unpacked(found.view(4));
      keys_.push_back(hashed(record().id));
      if (!found.is_null(5)) uid_ = found.integer(5);
      if (record().standing == Standing::disabled) {
        record().detail = "the directory has disabled this person";
      }
      if (found.next()) {
        record().standing = Standing::conflict;
        record().detail = fmt::format(
            "the directory has several people with the account "
            "{}: {} and {}",
            quoted(question.account), quoted(record().id),
            quoted(found.view(0)));
      }
    }
  }
  if (keys_.empty()) return look_for_tombstone(question.account);
  look_for_doubts();
  look_for_conflict(question);
  if (record().standing == Standing::conflict) is_certain_ = false;
}

void Lookup::look_for_tombstone(const std::string& account) {
  Statement found = database_.statement(
      "SELECT since, refused FROM tombstones WHERE account = ?");
  found.with(account);
  if (!found.next()) {
    // No record means one of the machine's own accounts.
    if (head_.has_not_understood && !account.empty()) is_certain_ = false;
    return;
  }
  record().standing = Standing::disabled;
  record().detail =
      found.integer(1) != 0
          ? fmt::format(
                "the directory's record of this account is refused "
                "since {}; see mfactl directory status",
                to_iso8601(found.instant(0)))
          : fmt::format("the directory had this account, and has not since {}",
                        to_iso8601(found.instant(0)));
  is_certain_ = false;
}

void Lookup::look_for_doubts() {
  may_hold_more_ =
      std::any_of(keys_.begin(), keys_.end(), [this](const HashedKey& key) {
        Statement found =
            database_.statement("SELECT 1 FROM doubts WHERE member = ?");
        return found.with(key.blob()).next();
      });
}

void Lookup::look_for_conflict(const CacheQuestion& question) {
  if (!uid_ || record().standing == Standing::conflict) return;
  if (question.uid && *uid_ != *question.uid) {
    record().standing = Standing::conflict;
    record().detail = fmt::format(
        "the directory says that {} has uid {}, this machine says {}",
        quoted(question.account), *uid_, *question.uid);
    return;
  }
  Statement found =
      database_.statement("SELECT 1 FROM ambiguous WHERE name = ?");
  if (!found.with(ambiguous_uid(*uid_)).next()) return;
  record().standing = Standing::conflict;
  record().detail =
      fmt::format("the directory gives uid {} to several people", *uid_);
}

void Lookup::add_memberships() {
  GroupWalk walk(database_);
  if (!walk.up_from(keys_)) {
    is_certain_ = false;
    return;
  }
  std::set<std::size_t> held;
  for (const std::int64_t group : walk.groups()) {
    const auto [from, to] = scope_.groups.equal_range(group);
    for (auto each = from; each != to; ++each) held.insert(each->second);
  }
  for (const std::size_t index : held) {
    answer_.groups.push_back(scope_.scope->groups[index].written);
  }
  add_roles(walk);
}

void Lookup::add_roles(const GroupWalk& walk) {
  std::set<std::string> held;
  for (const std::int64_t group : walk.groups()) {
    const auto [from, to] = scope_.roles.equal_range(group);
    for (auto each = from; each != to; ++each) {
      held.insert(role_key(scope_.scope->roles[each->second].role));
    }
  }
  std::size_t assignments = 0;
  for (const HashedKey& key : walk.keys()) {
    if (!head_.has_roles) break;
    Statement assigned =
        database_.statement("SELECT role FROM roles WHERE principal = ?");
    assigned.with(key.blob());
    while (assigned.next()) {
      held.insert(assigned.text(0));
      if (++assignments > kMaxRolesOfPerson) {
        is_certain_ = false;
        return;
      }
    }
  }
  answer_.roles.assign(held.begin(), held.end());
}

// Directories list the people at risk: who is not on the list is at none. Where
// there is no list any more, who was at risk is.
void Lookup::add_risk() {
  const bool is_listed = head_.at(DirectoryKind::risks).has_value();
  Statement found =
      database_.statement("SELECT level, stamp FROM risks WHERE person = ?");
  found.with(hashed(record().id).blob());
  if (is_listed) record().risk = RiskLevel::none;
  if (!found.next()) return;
  record().risk = static_cast<RiskLevel>(found.integer(0));
  record().risk_stamp = found.text(1);
}

void Lookup::add_devices() {
  if (!head_.has_devices) return;
  std::set<std::int64_t> met;
  for (const HashedKey& key : keys_) {
    Statement owned = database_.statement(
        "SELECT o.device, d.record FROM device_owners o "
        "JOIN devices d ON d.row = o.device WHERE o.owner = ? LIMIT ?");
    owned.with(key.blob(), kMaxDevicesOfPerson);
    while (owned.next()) {
      if (met.size() >= std::size_t{kMaxDevicesOfPerson}) return;
      if (!met.insert(owned.integer(0)).second) continue;
      if (auto device = decode_device(owned.view(1))) {
        record().devices.push_back(std::move(*device));
      }
    }
  }
}

// Age never makes anybody better off.
void Lookup::apply_ages() {
  using enum DirectoryKind;
  const auto is_fresh = [&](DirectoryKind kind, const FactAge& age) {
    return !is_older_than(head_.at(kind), age.hard, now_);
  };
  record().memberships_are_fresh =
      is_fresh(people, ages_.people) &&
      (!head_.at(roles) || is_fresh(roles, ages_.roles));
  if (!record().memberships_are_fresh) is_certain_ = false;
  // Of an account that the directory (surely) does not have it says nothing.
  record().keeps_risks =
      (head_.at(risks) || !head_.at(people)) &&
      (!record().id.empty() || !record().memberships_are_fresh ||
       head_.has_not_understood);
  if (!is_fresh(risks, ages_.risks) && record().risk != RiskLevel::medium &&
      record().risk != RiskLevel::high) {
    record().risk = std::nullopt;
    record().risk_stamp.clear();
  }
  record().devices_are_fresh = is_fresh(devices, ages_.devices);
  if (record().devices_are_fresh) return;
  for (DirectoryDevice& device : record().devices) {
    device.device.is_compliant = std::nullopt;
    device.device.text(DeviceText::trust_type) = std::nullopt;
  }
}

void Lookup::make_all_uncertain() {
  answer_.groups.clear();
  answer_.roles.clear();
}

// All that are not held, but those that are ambiguous for everybody.
void Lookup::doubt_groups() {
  const auto holds = [](const auto& list, const auto& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  };
  for (std::size_t i = 0; i < scope_.scope->groups.size(); ++i) {
    const std::string& written = scope_.scope->groups[i].written;
    if (!holds(scope_.ambiguous_groups, i) && !holds(answer_.groups, written)) {
      answer_.uncertain_groups.push_back(written);
    }
  }
}

}  // namespace

CacheAnswer look_up(Database& database, LatestScopeGroups& scopes,
                    const CacheAges& ages, const CacheQuestion& question,
                    Instant now) {
  // One state of the file, whatever is committed meanwhile.
  database.statement("BEGIN").run();
  const CacheHead head = load_head(database);
  static const auto kNoScope = std::make_shared<const MembershipScope>();
  const auto scope = scopes.get(
      database, question.scope ? question.scope : kNoScope, head.generation);
  CacheAnswer answer =
      Lookup(database, ages, head, *scope, now).answer(question);
  answer.unresolved = scope->unresolved;
  database.statement("COMMIT").run();
  return answer;
}

}  // namespace mfa
