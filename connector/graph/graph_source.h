// SPDX-License-Identifier: BSD-3-Clause
//
// Microsoft Graph as a Source: people and groups by delta query, directory
// roles, users at risk and devices in full, and, where it is configured, the
// tenant's own policies as files.
//
// Each kind travels in a generation of its own, at its own interval; a kind
// that Graph does not permit is left out, and one that fails does not hold up
// the others.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "agent/base/result.h"
#include "connector/config/config.h"
#include "connector/model/source.h"

namespace mfa::connector {

// How the source lets time pass between two requests: throttling asks for it.
using Pause = std::function<void(std::chrono::milliseconds)>;
void sleep_for(std::chrono::milliseconds time);
// Called before every request: for a watchdog.
using Alive = std::function<void()>;

// `clock` and `random` outlive the source. Errors: a URL that is none.
Result<std::unique_ptr<Source>> make_graph_source(
    const GraphConfig& config, const Clock& clock, Random& random,
    Pause pause = sleep_for, Alive alive = [] {});

}  // namespace mfa::connector
