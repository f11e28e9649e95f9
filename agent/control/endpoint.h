// SPDX-License-Identifier: BSD-3-Clause
//
// The agent's two Varlink sockets. They differ in what can be called, by whom,
// and in how much of the agent a caller may use; the rest is the same code.
// What one of them offers cannot be called on the other.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "agent/control/context.h"
#include "agent/control/limits.h"
#include "agent/control/operation.h"

namespace mfa::control {

struct Endpoint {
  std::string_view name;       // "control": for the log
  std::string_view interface;  // "org.pammfa.Control": its own errors are of it
  std::span<const Operation> operations;
  // Whoever has not this privilege is not even listened to.
  Privilege door = Privilege::anyone;
  std::size_t max_message = 0;
  Seats seats;
  std::shared_ptr<Load> Context::*load = nullptr;
  std::chrono::milliseconds Times::*idle = nullptr;
};

const Endpoint& control_endpoint();
const Endpoint& connector_endpoint();

// Finds, checks and runs: every call of either socket passes here.
asio::awaitable<Reply> dispatch(Call& call, const Endpoint& endpoint);

}  // namespace mfa::control
