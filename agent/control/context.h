// SPDX-License-Identifier: BSD-3-Clause
//
// What the control room needs of the rest of the agent. Everything outlives
// the Varlink sockets. Used on the server's thread only.
#pragma once

#include <sys/types.h>

#include <asio/awaitable.hpp>
#include <asio/thread_pool.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "agent/base/clock.h"
#include "agent/cache/cache.h"
#include "agent/control/connector_state.h"
#include "agent/control/limits.h"
#include "agent/sign_in/desk.h"

namespace mfa::control {

struct ServerStatus {
  Instant started;
  std::size_t sign_in_connections = 0;
  std::size_t control_connections = 0;
};

// Who is connected now; kept by serve().
struct Load {
  std::size_t connections = 0;
  std::map<uid_t, std::size_t> per_uid;  // of everybody but root
  std::size_t followers = 0;
  // When a refusal was last logged (Now::since_boot), so that who is refused
  // without end does not fill the log.
  std::map<uid_t, std::chrono::microseconds> refusal_logged;
};

// A name of the configuration, once it has been looked up.
template <class Id>
struct KnownId {
  std::uint64_t generation = 0;  // of the configuration that says the name
  std::optional<Id> id;
};

struct Context {
  Desk& desk;
  std::function<ServerStatus()> server_status;
  // Same as SIGHUP: loads the file again; an error keeps the last good one.
  std::function<asio::awaitable<Result<void>>()> reload;
  // nullptr: there is no central directory. Shared with the generations that
  // connectors have open.
  std::shared_ptr<DirectoryCache> directory_cache = nullptr;

  // The rest is this room's own.
  Times times = {};
  // Shared: at the end of the program the io_context destroys the coroutines
  // that still hold seats, after this.
  std::shared_ptr<Load> load = std::make_shared<Load>();
  std::shared_ptr<Load> connector_load = std::make_shared<Load>();
  std::shared_ptr<ConnectorState> connector =
      std::make_shared<ConnectorState>();
  KnownId<gid_t> admin_group = {};
  KnownId<uid_t> connector_account = {};
  asio::thread_pool names_thread{1};    // NSS may block
  asio::thread_pool records_thread{1};  // large messages take milliseconds
};

}  // namespace mfa::control
