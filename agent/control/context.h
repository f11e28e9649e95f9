// SPDX-License-Identifier: BSD-3-Clause
//
// What the control room needs of the rest of the agent. Everything outlives
// the control sockets.
#pragma once

#include <cstddef>
#include <functional>

#include "agent/base/clock.h"
#include "agent/config/live_config.h"
#include "agent/directory/directory.h"
#include "agent/store/store.h"

namespace mfa::control {

struct ServerStatus {
  Instant started;
  std::size_t sign_in_connections = 0;
  std::size_t control_connections = 0;
};

struct Context {
  Store& store;
  Directory& directory;
  LiveConfig& config;
  const Clock& clock;
  std::function<ServerStatus()> server_status;
  // Same as SIGHUP: loads the file again; an error keeps the last good one.
  std::function<Result<void>()> reload;
};

}  // namespace mfa::control
