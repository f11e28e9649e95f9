// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/state.h"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "agent/base/log.h"
#include "agent/store/key.h"

namespace mfa {
namespace {

std::optional<std::string> credentials_directory() {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (!directory || directory[0] == '\0') return std::nullopt;
  return directory;
}

// Whether to create the database, or why there can be none.
Result<bool> may_create(const StateFiles& files, const std::string& database,
                        StateMode mode) {
  if (files.database && files.key_path) return false;
  if (files.database) {
    return error(
        ErrorKind::damaged,
        fmt::format(
            "{} is there but its key is missing: put {} back (mode "
            "0600) or the systemd credential {}; without it nobody's "
            "methods can be read. To give them up and start empty, "
            "move {} away and run mfa-agent --init with the same --config",
            database, kKeyFileName, kKeyFileName, database));
  }
  if (!files.key_path || mode == StateMode::initialize) return true;
  return error(
      ErrorKind::damaged,
      fmt::format("{} is missing although the key {} is there: everybody's "
                  "registrations are lost. Restore it from a backup; to start "
                  "empty instead, run mfa-agent --init with the same --config",
                  database, *files.key_path));
}

}  // namespace

Result<std::unique_ptr<Store>> open_state(
    const Config& config, StateMode mode, const Clock& clock, Random& random,
    std::function<void(Error)> on_broken) {
  const std::string& directory = config.state_directory;
  const std::string database = directory + "/" + kDatabaseFileName;
  const StateFiles files = find_state(directory, credentials_directory());
  const auto create = may_create(files, database, mode);
  if (!create) return tl::unexpected(create.error());

  auto key = files.key_path ? read_key(*files.key_path)
                            : create_key(directory, random);
  if (!key) return tl::unexpected(key.error());
  if (!files.key_path) {
    log::audit(log::Level::notice,
               "created the master key " + key->source +
                   "; keep a copy of it apart from the database's backups");
  }
  auto store = Store::open(
      {directory, config.runtime_directory, config.sign_in_log.keep_days,
       config.sign_in_log.keep_records, *create},
      std::move(*key), clock, random, std::move(on_broken));
  if (!store) return store;
  if (*create) {
    log::audit(log::Level::notice, "created the empty database " + database);
  }
  if (const auto lost_since = (*store)->rollback_detected()) {
    log::audit(
        log::Level::alert,
        fmt::format("{} is older than what was acknowledged until {}: was it "
                    "restored from a backup? Codes from before that time are "
                    "refused; check who was registered or removed since",
                    database, to_iso8601(*lost_since)));
  }
  return store;
}

}  // namespace mfa
