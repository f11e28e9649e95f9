// SPDX-License-Identifier: BSD-3-Clause
//
// One control connection, from its first byte to its last.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/local/stream_protocol.hpp>

#include "agent/base/peer.h"
#include "agent/control/context.h"

namespace mfa::control {

using Socket = asio::local::stream_protocol::socket;

// Returns when the connection is over. Takes its seat when it is called, not
// when it first runs; beyond the limits of limits.h it closes the connection.
asio::awaitable<void> serve(Socket socket, Peer peer, Context& context);

}  // namespace mfa::control
