// SPDX-License-Identifier: BSD-3-Clause
//
// What the control room needs of the rest of the agent. Everything outlives
// the control sockets. Used on the server's thread only.
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

// The configured admin_group, once it has been looked up.
struct AdminGroup {
  std::uint64_t generation = 0;  // of the configuration that named it
  std::optional<gid_t> gid;
  asio::thread_pool thread{1};  // NSS may block
};

struct Context {
  Desk& desk;
  std::function<ServerStatus()> server_status;
  // Same as SIGHUP: loads the file again; an error keeps the last good one.
  std::function<asio::awaitable<Result<void>>()> reload;

  // The rest is this room's own.
  Times times = {};
  // Shared: at the end of the program the io_context destroys the coroutines
  // that still hold seats, after this.
  std::shared_ptr<Load> load = std::make_shared<Load>();
  AdminGroup admin_group = {};
};

}  // namespace mfa::control
