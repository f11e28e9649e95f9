// SPDX-License-Identifier: BSD-3-Clause
//
// The central directory as the connector brought it: a database of its own
// (directory.db in the state directory), which can be made again from the
// directory; so it may be lost, but never believed in part. Rows are read by
// key: memory does not grow with the directory.
//
// A full generation of people is written into a new file beside the one in
// force, which it replaces by rename when it is complete; any other is one
// transaction. Either way a sign-in sees the generation before or the one
// after, whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "agent/directory/directory.h"
#include "agent/model/directory_age.h"
#include "agent/model/directory_record.h"

namespace mfa {

// What the agent asks about: groups and roles that rules name.
struct CacheQuestion {
  std::string account;
  std::shared_ptr<const MembershipScope> scope;
  std::optional<std::uint32_t> uid;  // as NSS says; another one is a conflict
};

// Names of groups that rules use and that the directory does not know, those
// that mean more than one of its groups, and those that are what it displays of
// a group, but no key of it: directories let people choose what is displayed.
struct UnresolvedGroups {
  std::vector<std::string> unknown, ambiguous;
  std::vector<std::string> displayed = {};
};

struct CacheAnswer {
  CentralRecord record;
  // Of the scope's groups, as written there; and role keys.
  std::vector<std::string> groups;
  std::vector<std::string> uncertain_groups;
  std::vector<std::string> roles;  // directly or through a group
  // Every role is uncertain: memberships or roles are too old, or the record
  // is a conflict.
  bool roles_are_uncertain = false;
  // Of the scope, in the generation that answered; never nullptr in an answer
  // of the cache.
  std::shared_ptr<const UnresolvedGroups> unresolved;
};

struct KindStatus {
  DirectoryKind kind = DirectoryKind::people;
  std::optional<Instant> up_to_date;  // nullopt: never brought
  bool soft_expired = true;
  bool hard_expired = true;
};

struct HeldChange {
  Instant since;
  std::string what;  // "412 of 1,000 people would be gone"
  // From when on what is in force is too old, if nobody accepts the change.
  std::optional<Instant> too_old_from = {};
};

struct CacheStatus {
  std::string source;  // "": no generation yet
  std::uint64_t generation = 0;
  std::string token;
  Instant committed;
  std::size_t people = 0, groups = 0, devices = 0, at_risk = 0, disabled = 0;
  std::size_t ambiguous_accounts = 0;  // several people by one name
  std::vector<std::string> ambiguous;  // the first few
  std::size_t refused_records = 0;     // in the last generation
  std::vector<std::string> refusals;   // the first few, "ID: why"
  std::vector<KindStatus> kinds;       // those that were ever brought
  std::optional<HeldChange> held;
  std::uint64_t bytes_on_disk = 0;
  bool full_sync_wanted = false;
};

// One step of filling a generation.
namespace change {
struct Put {
  std::vector<DirectoryPerson> people;
  std::vector<DirectoryGroup> groups;
  std::vector<DirectoryRisk> risks;
  std::vector<DirectoryDevice> devices;
  std::vector<DirectoryRoleAssignment> roles;
};
struct Remove {
  std::vector<std::string> ids;
  std::vector<DirectoryRoleAssignment> roles;
};
struct Members {
  std::string group;
  std::vector<DirectoryKey> add, remove;
};
struct Present {
  std::vector<std::string> ids;
};
// People whose records are not understood. Nobody is better off by that than by
// being known: the account is disabled until a record of it is understood. Of
// an account that is not understood either, any may be meant that the directory
// is not known to have: those are uncertain.
struct Refused {
  struct Person {
    std::string id;                   // "": not understood either
    std::optional<UserName> account;  // nullopt: not understood, or none
    bool has_account = true;
  };
  std::vector<Person> people;
};
}  // namespace change
using Change = std::variant<change::Put, change::Remove, change::Members,
                            change::Present, change::Refused>;

struct BeginGeneration {
  std::string source;
  bool full = false;
  DirectoryKinds kinds;
  std::uint64_t base = 0;
};

struct CommitGeneration {
  std::optional<std::string> token;  // nullopt: keeps the last
  bool remove_absent = false;
  DirectoryKinds up_to_date;
};

// All functions from any thread. Those with a `done` hand their work to the
// cache's one writing thread, in order, and call it there; others block for a
// read by key (a fraction of a millisecond).
class DirectoryCache {
 public:
  template <class T>
  using Done = std::function<void(Result<T>)>;

  virtual ~DirectoryCache() = default;

  // A sign-in's question. An error (`unavailable`, `damaged`): the file cannot
  // be read; then nothing is known.
  virtual Result<CacheAnswer> find(const CacheQuestion& question,
                                   Instant now) = 0;
  using Unresolved = UnresolvedGroups;
  virtual Result<Unresolved> unresolved(const MembershipScope& scope) = 0;

  virtual Result<CacheStatus> status(Instant now) = 0;

  // Errors: `conflict` (another generation is open, or `base` is not the last
  // one), `refused` (a source that is not in force must begin in full).
  virtual void begin(BeginGeneration wanted, Done<std::uint64_t> done) = 0;
  // A change that breaks a limit ends the generation (`refused`).
  virtual void apply(std::uint64_t generation, Change change,
                     Done<void> done) = 0;
  // `refused` with what it would do: held.
  virtual void commit(std::uint64_t generation, CommitGeneration how,
                      Done<CacheStatus> done) = 0;
  virtual void abort(std::uint64_t generation) = 0;
  virtual void up_to_date(std::string source, DirectoryKinds kinds,
                          Done<void> done) = 0;
  // Counts records that were refused before they came here.
  virtual void note_refusals(std::uint64_t generation,
                             std::vector<std::string> refusals) = 0;

  // The next generation of the source may do what the held one would have.
  // `since` is that of the change that was shown; `conflict`: another one is
  // held by now.
  virtual void accept_held(Instant since, Done<HeldChange> done) = 0;
  // Forgets that an account was once in the directory.
  virtual void forget_account(std::string account, Done<bool> done) = 0;
  // Forgets a kind of facts that nobody brings any more, whatever it says.
  // False: it was never brought, or is people.
  virtual void forget_kind(DirectoryKind kind, Done<bool> done) = 0;

  // `scope`: whose roles make a change of groups a change of role holders.
  virtual void configure(
      const CacheAges& ages, const MassChangeLimit& limit,
      std::shared_ptr<const MembershipScope> scope = nullptr) = 0;
};

// Opens FOLDER/directory.db, or makes an empty one. A file that is damaged or
// of another version is put aside (directory.db.damaged) and said so in the
// log: the connector brings everything again, and until then nothing is known.
Result<std::unique_ptr<DirectoryCache>> open_directory_cache(
    const std::string& folder, const Clock& clock);

}  // namespace mfa
