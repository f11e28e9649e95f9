// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/schema.h"

#include <fmt/format.h>

#include <iterator>
#include <string>

namespace mfa {
namespace {

// Times are microseconds since 1970. Enumerations are the numbers in
// agent/model. Counts of the whole are kept by triggers in `state`, so that
// asking for them costs the same with ten people as with a million.
constexpr char kVersion1[] = R"sql(
CREATE TABLE state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  store_id BLOB NOT NULL,         -- random: which database this is
  key_check BLOB NOT NULL,        -- a constant, sealed by the master key
  generation INTEGER NOT NULL,    -- batches ever committed
  spent_before INTEGER,           -- restored: no code up to then is accepted
  people_registered INTEGER NOT NULL DEFAULT 0,
  people_in_grace INTEGER NOT NULL DEFAULT 0,
  methods INTEGER NOT NULL DEFAULT 0,
  methods_disabled INTEGER NOT NULL DEFAULT 0,
  sign_ins INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE people (
  person TEXT PRIMARY KEY,        -- canonical account name
  uid INTEGER,                    -- when the methods were bound
  grace_started INTEGER,
  active_methods INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE methods (
  person TEXT NOT NULL REFERENCES people (person),
  id TEXT NOT NULL,
  label TEXT NOT NULL,
  algorithm INTEGER NOT NULL,
  digits INTEGER NOT NULL,
  period INTEGER NOT NULL,
  state INTEGER NOT NULL,
  created INTEGER NOT NULL,
  last_used INTEGER,
  last_step INTEGER NOT NULL DEFAULT -1,
  failures INTEGER NOT NULL DEFAULT 0,
  failures_unfamiliar INTEGER NOT NULL DEFAULT 0,
  row_version INTEGER NOT NULL,   -- sealed together with the seed
  sealed_seed BLOB NOT NULL,
  PRIMARY KEY (person, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE throttles (
  person TEXT NOT NULL,           -- canonical, or '?' and the unknown name
  source TEXT NOT NULL,
  failures INTEGER NOT NULL,
  pause_length INTEGER NOT NULL,  -- microseconds
  failed_at INTEGER NOT NULL,
  failed_at_since_boot INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  PRIMARY KEY (person, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX throttles_by_age ON throttles (failed_at);

CREATE TABLE familiar_sources (
  person TEXT NOT NULL,
  source TEXT NOT NULL,
  last_success INTEGER NOT NULL,  -- may lag by an hour
  PRIMARY KEY (person, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_ins (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  user TEXT NOT NULL,
  user_known INTEGER NOT NULL,
  target_user TEXT NOT NULL,
  application TEXT NOT NULL,
  ip_address TEXT NOT NULL,
  source TEXT NOT NULL,
  terminal TEXT NOT NULL,
  client_is_modern INTEGER NOT NULL,
  first_factor TEXT NOT NULL,
  asker TEXT NOT NULL,
  roles TEXT NOT NULL,            -- a list, see text_list.h
  roles_known INTEGER NOT NULL,
  requirement TEXT NOT NULL,
  method_id TEXT NOT NULL,
  method_label TEXT NOT NULL,
  status INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  detail TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  policies TEXT NOT NULL,         -- a list of lists
  configuration_generation INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_ins_by_user ON sign_ins (user, sequence);
CREATE INDEX sign_ins_by_time ON sign_ins (created);

-- States of a method: 1 pending, 2 active, 3 disabled.
CREATE TRIGGER method_added AFTER INSERT ON methods BEGIN
  UPDATE state SET methods = methods + (NEW.state <> 1),
                   methods_disabled = methods_disabled + (NEW.state = 3);
  UPDATE people SET active_methods = active_methods + 1
    WHERE person = NEW.person AND NEW.state = 2;
END;
CREATE TRIGGER method_removed AFTER DELETE ON methods BEGIN
  UPDATE state SET methods = methods - (OLD.state <> 1),
                   methods_disabled = methods_disabled - (OLD.state = 3);
  UPDATE people SET active_methods = active_methods - 1
    WHERE person = OLD.person AND OLD.state = 2;
END;
CREATE TRIGGER method_state AFTER UPDATE OF state ON methods
WHEN NEW.state <> OLD.state BEGIN
  UPDATE state SET
    methods = methods + (NEW.state <> 1) - (OLD.state <> 1),
    methods_disabled = methods_disabled + (NEW.state = 3) - (OLD.state = 3);
  UPDATE people
    SET active_methods = active_methods + (NEW.state = 2) - (OLD.state = 2)
    WHERE person = NEW.person;
END;
CREATE TRIGGER person_added AFTER INSERT ON people BEGIN
  UPDATE state SET
    people_registered = people_registered + (NEW.active_methods > 0),
    people_in_grace = people_in_grace +
      (NEW.grace_started IS NOT NULL AND NEW.active_methods = 0);
END;
CREATE TRIGGER person_changed
AFTER UPDATE OF grace_started, active_methods ON people BEGIN
  UPDATE state SET
    people_registered = people_registered
      + (NEW.active_methods > 0) - (OLD.active_methods > 0),
    people_in_grace = people_in_grace
      + (NEW.grace_started IS NOT NULL AND NEW.active_methods = 0)
      - (OLD.grace_started IS NOT NULL AND OLD.active_methods = 0);
END;
CREATE TRIGGER sign_in_added AFTER INSERT ON sign_ins BEGIN
  UPDATE state SET sign_ins = sign_ins + 1;
END;
CREATE TRIGGER sign_in_removed AFTER DELETE ON sign_ins BEGIN
  UPDATE state SET sign_ins = sign_ins - 1;
END;
)sql";

// Since version 2 every first sign-in starts the grace, also that of people
// who had registered before it; for those who signed in under version 1 the
// oldest method stands in for it (1: pending, which counts for nothing).
constexpr char kVersion2[] = R"sql(
CREATE INDEX sign_ins_by_user_and_time ON sign_ins (user, created);

UPDATE people SET grace_started =
  (SELECT min(created) FROM methods
   WHERE methods.person = people.person AND methods.state <> 1)
WHERE grace_started IS NULL AND person IN
  (SELECT person FROM methods WHERE state <> 1);
)sql";

// What Conditional Access must keep. The two counts in `people` spare a
// sign-in the look into a table that has nothing of that person.
constexpr char kVersion3[] = R"sql(
ALTER TABLE people ADD COLUMN mfa_required INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN remediated_risk TEXT;
ALTER TABLE people ADD COLUMN sessions_valid_from INTEGER;
ALTER TABLE people ADD COLUMN remembered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN terms INTEGER NOT NULL DEFAULT 0;

CREATE TABLE remembered_mfa (
  person TEXT NOT NULL REFERENCES people (person),
  uid INTEGER NOT NULL,
  target_user TEXT NOT NULL,
  service TEXT NOT NULL,
  source TEXT NOT NULL,
  device TEXT NOT NULL,
  terminal TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  policy_hash TEXT NOT NULL,
  methods TEXT NOT NULL,
  verified INTEGER NOT NULL,
  PRIMARY KEY (person, uid, target_user, service, source, device, terminal,
               boot_id, policy_hash)
) STRICT;
CREATE INDEX remembered_mfa_by_age ON remembered_mfa (verified);

CREATE TABLE accepted_terms (
  person TEXT NOT NULL REFERENCES people (person),
  terms_id TEXT NOT NULL,
  version TEXT NOT NULL,
  accepted INTEGER NOT NULL,
  PRIMARY KEY (person, terms_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE sign_ins ADD COLUMN country TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_ins ADD COLUMN device_id TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_ins ADD COLUMN device_name TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_ins ADD COLUMN device_trust_type TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_ins ADD COLUMN device_compliant INTEGER;
ALTER TABLE sign_ins ADD COLUMN sign_in_risk TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_ins ADD COLUMN user_risk TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_ins ADD COLUMN methods_used TEXT NOT NULL DEFAULT '';

CREATE TRIGGER mfa_remembered AFTER INSERT ON remembered_mfa BEGIN
  UPDATE people SET remembered = remembered + 1 WHERE person = NEW.person;
END;
CREATE TRIGGER mfa_forgotten AFTER DELETE ON remembered_mfa BEGIN
  UPDATE people SET remembered = remembered - 1 WHERE person = OLD.person;
END;
CREATE TRIGGER terms_accepted AFTER INSERT ON accepted_terms BEGIN
  UPDATE people SET terms = terms + 1 WHERE person = NEW.person;
END;
CREATE TRIGGER terms_forgotten AFTER DELETE ON accepted_terms BEGIN
  UPDATE people SET terms = terms - 1 WHERE person = OLD.person;
END;
)sql";

// What the central directory is told, and who it says somebody is.
constexpr char kVersion4[] = R"sql(
CREATE TABLE directory_reports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the connector holds on to it
  person_id TEXT NOT NULL,
  action INTEGER NOT NULL,               -- DirectoryReport::Action
  risk_stamp TEXT NOT NULL,
  happened INTEGER NOT NULL,
  UNIQUE (person_id, action, risk_stamp)
) STRICT;

ALTER TABLE sign_ins ADD COLUMN user_id TEXT NOT NULL DEFAULT '';
)sql";

// Entry n makes version n + 1 of version n. Never change one that was
// released; append.
constexpr const char* kMigrations[] = {kVersion1, kVersion2, kVersion3,
                                       kVersion4};
static_assert(std::size(kMigrations) == kSchemaVersion);

int to_int(const std::string& number) {
  return number.empty() ? 0 : std::stoi(number);
}

tl::unexpected<Error> unreadable(Database& database) {
  const DatabaseFailure failure = database.take_failure();
  return error(
      failure.says_damaged() ? ErrorKind::damaged : ErrorKind::unavailable,
      failure.message);
}

}  // namespace

Result<> check_identity(Database& database) {
  const std::string id = database.pragma("PRAGMA application_id");
  const std::string version = database.pragma("PRAGMA user_version");
  if (database.failed()) return unreadable(database);
  if (to_int(id) != kApplicationId) {
    return error(ErrorKind::damaged,
                 fmt::format("{} is not a pam_mfa database", database.path()));
  }
  if (to_int(version) > kSchemaVersion) {
    return error(
        ErrorKind::refused,
        fmt::format("{} has schema version {}, this mfa-agent knows versions "
                    "up to {}: install the newer mfa-agent again",
                    database.path(), version, kSchemaVersion));
  }
  return {};
}

Result<> migrate(Database& database) {
  const int version = to_int(database.pragma("PRAGMA user_version"));
  for (int from = version; from < kSchemaVersion; ++from) {
    const std::string step = fmt::format(
        "BEGIN IMMEDIATE; {} PRAGMA application_id = {}; "
        "PRAGMA user_version = {}; COMMIT;",
        kMigrations[from], kApplicationId, from + 1);
    database.execute(step.c_str());
  }
  if (!database.failed()) return {};
  const DatabaseFailure failure = database.take_failure();
  if (database.in_transaction()) database.execute("ROLLBACK");
  return error(ErrorKind::unavailable,
               failure.message + " while bringing the schema up to date");
}

}  // namespace mfa
