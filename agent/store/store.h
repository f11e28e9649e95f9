// SPDX-License-Identifier: BSD-3-Clause
//
// All durable state of the agent: methods, counters, grace, the sign-in log.
//
// The law of this room: one thread owns the one connection to the database.
// Calls queue an operation and return; the thread takes every waiting
// operation, runs each in its own savepoint of one transaction, commits, and
// only then reports each result (group commit). So a result that says "right"
// is on disk, one code has one success however many try it at once, and the
// price of a commit is shared.
//
// `done` runs once, on the store's thread, and must not block or throw; when
// the queue is full it runs at once on the caller's, with `unavailable`. After
// a failed commit every operation of the batch reports `unavailable`; when
// the disk was merely full the store goes on, otherwise `on_broken` is called
// and the process is expected to end: nothing can be promised any more.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "agent/base/result.h"
#include "agent/model/method.h"
#include "agent/model/reason.h"
#include "agent/model/sign_in.h"
#include "agent/model/sign_in_record.h"
#include "agent/store/directory_reports.h"
#include "agent/store/key.h"
#include "wire/secret.h"

namespace mfa {

template <class T>
using Done = std::function<void(Result<T>)>;

// A second factor that was proved and need not be proved again so soon. All
// texts but `methods` bind it together with the person and the uid: another
// sign-in is remembered only where every one of them is the same and known.
struct RememberedMfa {
  std::uint32_t uid = 0;
  std::string target_user;  // each text: at most 1024 bytes
  std::string service;
  std::string source;
  std::string device;
  std::string terminal;
  std::string boot_id;
  std::string policy_hash;
  std::string methods;  // "password,softwareOath"
  Instant verified;
};

// Terms of use as the person accepted them last.
struct AcceptedTerms {
  std::string id;  // at most 128 bytes, as the version
  std::string version;
  Instant accepted;
};

// What a sign-in needs to know of a person before the dialog.
struct PersonState {
  std::vector<Method> methods;           // all states, oldest first
  std::optional<Instant> grace_started;  // first success, or since a reset
  std::optional<std::uint32_t> registered_uid;  // uid when methods were bound
  bool mfa_required = false;  // an administrator requires it of this account
  // Newest first; what can vouch for nothing any more is left out: older than
  // a year, in the future, or not newer than a restored backup.
  std::vector<RememberedMfa> remembered;
  std::vector<AcceptedTerms> terms;
  // The stamp of the user risk that a password change has remediated.
  std::string remediated_risk;

  // A disabled method still counts: its owner gets no grace again.
  bool is_registered() const {
    return std::any_of(methods.begin(), methods.end(), [](const Method& m) {
      return m.state != MethodState::pending;
    });
  }
};

// Why no code can be right, whatever it is, of an account with this uid;
// nullopt: one can. `registered_uid` as in PersonState.
std::optional<Reason> why_no_code_is_right(
    const std::vector<Method>& methods,
    std::optional<std::uint32_t> registered_uid, std::uint32_t uid);

// One answer to a prompt, to be verified and counted.
struct Attempt {
  // Canonical name; for an unknown account the name as typed, so that
  // guesses at names are counted too.
  std::string person;
  bool account_known = false;
  std::uint32_t uid = 0;
  Source source;
  Secret code;  // digits only
  unsigned accepted_steps = 2;
  // False: an unprivileged caller asks; no place becomes familiar by it and
  // no grace starts.
  bool makes_permanent = true;
  // Written with the result, in the same commit. The store sets status
  // (unconfirmed when right), reason, detail, method and attempts.
  SignInRecord record;
};

struct AttemptResult {
  Reason reason = Reason::wrong_code;  // verified when right
  std::string method_id;               // the method whose code it was
  std::string method_label;
  SignInRecord record;  // as it was written
};

// The account phase came: what the sign-in leaves behind.
struct Confirmation {
  std::string id;      // of the record
  std::string person;  // whose record it is; needed when anything is kept
  std::optional<RememberedMfa> remember;  // replaces one with that binding
  std::vector<AcceptedTerms> terms;       // each replaces one with that id
  // Opaque, at most 128 bytes; "" takes the last one back.
  std::optional<std::string> remediated_risk;
  // For the central directory: person_id, action and risk_stamp are given. It
  // has not heard of it when confirm() is done; it will.
  std::optional<DirectoryReport> report = std::nullopt;
  // How the policies came out when all was done; nullopt: as is written.
  std::optional<std::vector<PolicyRow>> policies = std::nullopt;

  bool keeps_anything() const {
    return remember || !terms.empty() || remediated_risk || report;
  }
};

struct NewMethod {
  UserName person;
  std::uint32_t uid = 0;
  std::string label;  // "" chooses "Authenticator", "Authenticator 2", ...
  TotpParameters totp;
  bool confirmed = false;  // false: pending until confirm_method
};

struct BoundMethod {
  Method method;
  Secret seed;  // the only time it leaves the store
};

struct SignInQuery {
  std::optional<std::string> user;
  std::optional<Instant> since;
  std::optional<std::int64_t> after_sequence;  // for following the log
  // Oldest first in any case: the newest that match, or with after_sequence
  // or a place the next ones. At most 10,000.
  unsigned limit = 1000;
  // For walking through the whole log by time: the next ones behind this
  // place. Beside it only `limit` is looked at.
  struct Place {
    Instant created;
    std::int64_t sequence = 0;
    auto operator<=>(const Place&) const = default;
  };
  std::optional<Place> behind = {};
};

// What `mfactl user show` says of a person.
struct PersonDetail {
  PersonState state;
  struct Pause {
    std::string source;
    unsigned failures = 0;
    std::chrono::microseconds left{};
  };
  std::vector<Pause> throttled;
  std::vector<std::string> familiar_sources;
};

struct Statistics {
  std::int64_t people_registered = 0;  // with an active method
  std::int64_t people_in_grace = 0;    // grace started, nothing registered
  std::int64_t methods = 0;
  std::int64_t methods_disabled = 0;
  std::int64_t sign_ins = 0;     // records kept
  std::uint64_t generation = 0;  // batches ever committed
};

// Limits beside the code that enforces them are in limits.h.
class Store {
 public:
  struct Settings {
    std::string state_directory;
    std::string runtime_directory;
    unsigned keep_days = 90;
    std::uint64_t keep_records = 1000000;
    bool may_create = false;  // mfa-agent --init, or a first start
  };

  // Opens and checks the database. Takes the state directory's lock, so a
  // second store on it fails with `conflict`. Every error says which file
  // and which command mends it.
  static Result<std::unique_ptr<Store>> open(
      const Settings& settings, MasterKey key, const Clock& clock,
      Random& random, std::function<void(Error)> on_broken);
  virtual ~Store() = default;  // finishes what is queued, then closes

  virtual void find_person(const std::string& name, Done<PersonState> done) = 0;
  // A right code is a sign-in, so it may start the grace.
  virtual void attempt(Attempt attempt, Done<AttemptResult> done) = 0;
  // Logs a sign-in that ended without an attempt; may start the grace.
  struct Finish {
    SignInRecord record;
    bool start_grace = false;
  };
  virtual void finish(Finish finish, Done<void> done) = 0;
  // Unconfirmed becomes success, and what is to be kept is kept in the same
  // commit. Starts no grace. Only the first confirmation keeps anything; a
  // repeat, and that of a record written as success, changes nothing.
  // `not_found`: no such record. `refused`: it is a failure, or another
  // person's. `malformed`: something to be kept is too long.
  virtual void confirm(Confirmation confirmation, Done<void> done) = 0;

  virtual void add_method(NewMethod method, Done<BoundMethod> done) = 0;
  // Proves a pending method by a code, which is spent by that.
  // `refused`: wrong code. `not_found`: no such pending method, or one that
  // waited longer than 10 minutes.
  virtual void confirm_method(const UserName& person, const std::string& id,
                              Secret code, Done<Method> done) = 0;
  // `id`: a label or a whole id; else at least 8 characters that only one
  // method's id begins with. The last one takes along what is remembered.
  virtual void remove_method(const UserName& person, const std::string& id,
                             Done<Method> done) = 0;
  virtual void person_detail(const UserName& person,
                             Done<PersonDetail> done) = 0;
  // Ends pauses and clears failure counters; what is disabled stays disabled.
  virtual void unlock(const UserName& person, Done<void> done) = 0;
  virtual void reset_grace(const UserName& person, Done<void> done) = 0;
  virtual void set_mfa_required(const UserName& person, bool required,
                                Done<void> done) = 0;
  // Voids every remembered second factor, also of a sign-in that proved it
  // before and is confirmed later. Tells how many there were.
  virtual void forget_remembered(const UserName& person,
                                 Done<std::uint64_t> done) = 0;

  // What waits to be told to the central directory, oldest first.
  virtual void list_directory_reports(
      Done<std::vector<DirectoryReport>> done) = 0;
  // The directory knows, or never will. False: nothing waits by this id.
  virtual void finish_directory_report(std::int64_t id, Done<bool> done) = 0;

  virtual void sign_ins(SignInQuery query,
                        Done<std::vector<SignInRecord>> done) = 0;
  // Every record whose id begins with `prefix` (at least 8 characters; the
  // newest 10 at most).
  virtual void find_sign_in(const std::string& prefix,
                            Done<std::vector<SignInRecord>> done) = 0;
  virtual void statistics(Done<Statistics> done) = 0;
  virtual void set_retention(unsigned keep_days,
                             std::uint64_t keep_records) = 0;

  // Set when the database is older than what was acknowledged before (a
  // restored backup): until when codes are refused. Alert an administrator:
  // methods removed or failures counted since the backup are back or gone.
  virtual std::optional<Instant> rollback_detected() const = 0;
};

}  // namespace mfa
