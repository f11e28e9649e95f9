// SPDX-License-Identifier: BSD-3-Clause
//
// When a database may be created. A database that was lost beside
// its key must not put everybody back into the registration grace, so it is
// made anew only when there is neither, or when an administrator says --init.
#pragma once

#include <functional>
#include <memory>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "agent/config/config.h"
#include "agent/store/store.h"

namespace mfa {

enum class StateMode { serve, initialize };

// Logs what it creates and from where the key came.
Result<std::unique_ptr<Store>> open_state(const Config& config, StateMode mode,
                                          const Clock& clock, Random& random,
                                          std::function<void(Error)> on_broken);

}  // namespace mfa
