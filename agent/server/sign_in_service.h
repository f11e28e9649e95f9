// SPDX-License-Identifier: BSD-3-Clause
//
// One connection of a module, from BEGIN to VERDICT.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>

#include "agent/base/peer.h"
#include "agent/server/connection_table.h"
#include "agent/server/wire_connection.h"
#include "agent/sign_in/desk.h"

namespace mfa {

asio::awaitable<void> serve_sign_in(Desk& desk,
                                    std::shared_ptr<WireConnection> connection,
                                    Peer peer, ConnectionTable::Place place);

}  // namespace mfa
