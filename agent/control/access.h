// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <asio/awaitable.hpp>

#include "agent/control/operation.h"

namespace mfa::control {

// Root, or a member of admin_group by the groups the kernel noted.
// While NSS cannot say which group that is, root alone administers.
asio::awaitable<bool> is_admin(const Peer& peer, Context& context);

// Root, or the configuration's connector_user by uid. While NSS cannot say
// which that is, root alone.
asio::awaitable<bool> is_connector(const Peer& peer, Context& context);

// Whether this peer may make this call. Whatever cannot be found out (no such
// account, NSS silent) is no.
asio::awaitable<bool> may_call(const Operation& operation, Call& call);

}  // namespace mfa::control
