// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/schema.h"

#include <fmt/format.h>

#include <string>

namespace mfa {
namespace {

constexpr int kCacheApplicationId = 0x6d666164;  // "mfad"

// Times are microseconds since 1970, enumerations the numbers in agent/model,
// keys hashes (keys.h). What has `names` can be called by each of them.
constexpr char kTables[] = R"sql(
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  source TEXT NOT NULL DEFAULT '',
  generation INTEGER NOT NULL DEFAULT 0,
  token TEXT NOT NULL DEFAULT '',
  committed INTEGER NOT NULL DEFAULT 0,
  full_sync_wanted INTEGER NOT NULL DEFAULT 0,
  -- when each kind was as the directory has it; NULL: never brought
  people_at INTEGER, roles_at INTEGER, risks_at INTEGER, devices_at INTEGER,
  -- how many there are, so that nobody has to count
  people INTEGER NOT NULL DEFAULT 0,
  disabled INTEGER NOT NULL DEFAULT 0,
  guests INTEGER NOT NULL DEFAULT 0,
  groups INTEGER NOT NULL DEFAULT 0,
  memberships INTEGER NOT NULL DEFAULT 0,
  ambiguous INTEGER NOT NULL DEFAULT 0,
  roles INTEGER NOT NULL DEFAULT 0,
  role_holders INTEGER NOT NULL DEFAULT 0,
  risks INTEGER NOT NULL DEFAULT 0,
  at_risk INTEGER NOT NULL DEFAULT 0,
  risky INTEGER NOT NULL DEFAULT 0,
  devices INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  refusals TEXT NOT NULL DEFAULT '',
  -- a change that waits for an administrator; what it would lose, in the
  -- order of Loss
  held_since INTEGER, held_what TEXT, held_source TEXT, accepted INTEGER,
  held_kinds INTEGER, held_losses TEXT
) STRICT;
INSERT INTO meta (id) VALUES (1);

-- Account names are ASCII (UserName), and compared without regard to case:
-- directories do, and NSS modules differ.
CREATE TABLE people (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  account TEXT COLLATE NOCASE,    -- NULL: nobody signs in by this record
  uid INTEGER,
  principal TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  guest INTEGER NOT NULL,
  names BLOB NOT NULL             -- keys in one blob
) STRICT;

CREATE TABLE groups (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE group_names (
  key BLOB NOT NULL,
  grp INTEGER NOT NULL,
  is_key INTEGER NOT NULL,        -- 0: a display name, which only rules use
  PRIMARY KEY (key, grp)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_names_by_group ON group_names (grp, is_key);

-- Who is in which group, as one of both records says. `side` 0: the group says
-- so, and grp is the key of its id; 1: the member does, and member is.
CREATE TABLE memberships (
  member BLOB NOT NULL,
  grp BLOB NOT NULL,
  side INTEGER NOT NULL,
  PRIMARY KEY (member, grp, side)
) STRICT, WITHOUT ROWID;

CREATE TABLE roles (
  row INTEGER PRIMARY KEY,
  principal BLOB NOT NULL,
  role TEXT NOT NULL,
  UNIQUE (principal, role)
) STRICT;

CREATE TABLE risks (
  row INTEGER PRIMARY KEY,
  person BLOB NOT NULL UNIQUE,    -- key of the id
  level INTEGER NOT NULL,
  stamp TEXT NOT NULL
) STRICT;

CREATE TABLE devices (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  owners BLOB NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE TABLE device_owners (
  owner BLOB NOT NULL,
  device INTEGER NOT NULL,
  PRIMARY KEY (owner, device)
) STRICT, WITHOUT ROWID;

-- Accounts that the directory had once, or has in a record that is refused.
CREATE TABLE tombstones (
  account TEXT COLLATE NOCASE PRIMARY KEY,
  person TEXT NOT NULL,
  since INTEGER NOT NULL,
  generation INTEGER NOT NULL,    -- without it
  refused INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Refused people of whom not even the account is known: the id, or ''.
CREATE TABLE not_understood (
  person TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Keys of people who would have a role or a named group more by a change that
-- is held.
CREATE TABLE doubts (
  member BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Accounts of several people, and "uid N".
CREATE TABLE ambiguous (
  name TEXT COLLATE NOCASE PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- What commits of the last day lost, by the hour; `had` is how many there were
-- before the first of them.
CREATE TABLE losses (
  hour INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  lost INTEGER NOT NULL,
  had INTEGER NOT NULL,
  PRIMARY KEY (hour, kind)
) STRICT, WITHOUT ROWID;
)sql";

constexpr char kTablesOfEdits[] = R"sql(
-- People that this generation removed and did not bring back.
CREATE TEMP TABLE gone (
  id TEXT PRIMARY KEY, enabled INTEGER, guest INTEGER) WITHOUT ROWID;
-- Whose each account was that somebody does not have any more.
CREATE TEMP TABLE left_accounts (
  account TEXT COLLATE NOCASE PRIMARY KEY,
  id TEXT, enabled INTEGER, guest INTEGER, uid INTEGER, names BLOB,
  held_role INTEGER) WITHOUT ROWID;
-- Groups that this generation puts, and the members they shall have.
CREATE TEMP TABLE replaced_groups (grp BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE wanted_members (
  grp BLOB, member BLOB, PRIMARY KEY (grp, member)) WITHOUT ROWID;
-- Through which people held a role before this generation, and do not now.
CREATE TEMP TABLE lost_memberships (
  member BLOB, grp BLOB, people INTEGER,
  PRIMARY KEY (member, grp)) WITHOUT ROWID;
)sql";

constexpr char kTablesOfLoad[] = R"sql(
-- Memberships in the order they came; the last word counts.
CREATE TEMP TABLE loaded (
  row INTEGER PRIMARY KEY,
  member BLOB, grp BLOB, side INTEGER,
  owner INTEGER,                  -- the row of whoever says so
  here INTEGER);                  -- 0: taken back
-- Rows whose record came again, or was taken back.
CREATE TEMP TABLE outdated (
  side INTEGER, owner INTEGER, PRIMARY KEY (side, owner)) WITHOUT ROWID;
-- Accounts of refused people.
CREATE TEMP TABLE refused (
  account TEXT COLLATE NOCASE PRIMARY KEY, person TEXT) WITHOUT ROWID;
)sql";

}  // namespace

void create_cache_tables(Database& database) {
  database.execute(kTables);
  const std::string identity =
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};",
                  kCacheApplicationId, kCacheVersion);
  database.execute(identity.c_str());
}

void index_people_by_id(Database& database) {
  database.execute("CREATE INDEX people_by_id ON people (id, enabled)");
}

void index_memberships(Database& database) {
  database.execute(
      "CREATE INDEX memberships_by_group ON memberships (grp, side, member)");
}

void index_accounts(Database& database) {
  database.execute(
      "CREATE INDEX people_by_account ON people (account) "
      "WHERE account IS NOT NULL;"
      "CREATE INDEX people_by_uid ON people (uid) WHERE uid IS NOT NULL");
}

void create_tables_of_edits(Database& database) {
  database.execute(kTablesOfEdits);
}

void create_tables_of_load(Database& database) {
  database.execute(kTablesOfLoad);
}

Result<> check_cache_identity(Database& database) {
  const std::string id = database.pragma("PRAGMA application_id");
  const std::string version = database.pragma("PRAGMA user_version");
  if (database.failed()) {
    return error(ErrorKind::damaged, database.take_failure().message);
  }
  if (id != std::to_string(kCacheApplicationId)) {
    return error(ErrorKind::damaged,
                 database.path() + " is no cache of mfa-agent");
  }
  if (version != std::to_string(kCacheVersion)) {
    return error(ErrorKind::damaged,
                 fmt::format("{} has version {}, this mfa-agent knows {}",
                             database.path(), version, kCacheVersion));
  }
  return {};
}

}  // namespace mfa
