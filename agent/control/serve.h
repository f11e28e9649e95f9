// SPDX-License-Identifier: BSD-3-Clause
//
// One connection to a Varlink socket, from its first byte to its last.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/local/stream_protocol.hpp>

#include "agent/base/peer.h"
#include "agent/control/context.h"
#include "agent/control/endpoint.h"

namespace mfa::control {

using Socket = asio::local::stream_protocol::socket;

// Returns when the connection is over. Takes its seat when it is called, not
// when it first runs; beyond the endpoint's limits it closes the connection.
asio::awaitable<void> serve(Socket socket, Peer peer, Context& context,
                            const Endpoint& endpoint);

}  // namespace mfa::control
