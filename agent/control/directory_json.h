// SPDX-License-Identifier: BSD-3-Clause
//
// The central directory as the interface file describes it. Pure.
#pragma once

#include <cstddef>

#include "agent/cache/cache.h"
#include "agent/control/connector_state.h"
#include "agent/control/varlink.h"
#include "agent/model/sign_in.h"

namespace mfa::control {

// `reports`: how many wait to be told to the directory.
Json directory_status_json(const CacheStatus& status,
                           const ConnectorState& connector,
                           std::size_t reports);

// What the directory says of one account; null without a central directory.
Json central_json(const Person& person);

}  // namespace mfa::control
