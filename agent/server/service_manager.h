// SPDX-License-Identifier: BSD-3-Clause
//
// What the agent says to and gets from systemd, when there is one: sockets it
// has opened for us, "ready", "reloading", "stopping", and the watchdog. Each
// call does nothing without systemd.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "agent/base/result.h"
#include "agent/base/unique_fd.h"

namespace mfa::service_manager {

// Sockets passed by name (FileDescriptorName=): "sign-in", "control" and
// "connector".
struct Sockets {
  UniqueFd sign_in;
  UniqueFd control;
  UniqueFd connector;
};
Result<Sockets> take_sockets();

void ready(const std::string& status);
void reloading();
void stopping();
void alive();

// How often alive() is expected; nullopt: no watchdog.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace mfa::service_manager
