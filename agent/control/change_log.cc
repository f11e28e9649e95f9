// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/change_log.h"

#include <fmt/format.h>

#include "agent/base/escape.h"
#include "agent/base/log.h"

namespace mfa::control {

void log_change(const Call& call, std::string_view change,
                std::string_view user, std::string_view more) {
  log::audit(log::Level::notice,
             fmt::format("control change={} by_uid={} by_pid={} user={}{}{}",
                         change, call.peer.uid, call.peer.pid,
                         mfa::quoted(user), more.empty() ? "" : " ", more));
}

}  // namespace mfa::control
