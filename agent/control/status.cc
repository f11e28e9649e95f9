// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/change_log.h"
#include "agent/control/handlers.h"
#include "agent/sign_in/await.h"

namespace mfa::control {
namespace {

Json configuration_json(const LiveConfig& live) {
  const ConfigGeneration& current = live.current();
  const auto& defaults = current.config->security_defaults;
  return {{"file", live.file()},
          {"generation", current.number},
          {"loadedDateTime", to_iso8601(current.loaded)},
          {"lastError",
           live.last_error() ? Json(*live.last_error()) : Json(nullptr)},
          {"securityDefaults", defaults.enabled},
          {"registrationGraceDays", defaults.registration_grace_days}};
}

Json statistics_json(const Statistics& statistics) {
  return {{"peopleRegistered", statistics.people_registered},
          {"peopleInGrace", statistics.people_in_grace},
          {"methods", statistics.methods},
          {"methodsDisabled", statistics.methods_disabled},
          {"signIns", statistics.sign_ins}};
}

}  // namespace

asio::awaitable<Reply> show_status(Call& call) {
  auto start = [&](Done<Statistics> done) {
    call.context.store.statistics(std::move(done));
  };
  const auto statistics = co_await await_result<Statistics>(start);
  if (!statistics) co_return failed(statistics.error());
  const ServerStatus server = call.context.server_status();
  co_return Json{{"version", MFA_VERSION},
                 {"startedDateTime", to_iso8601(server.started)},
                 {"configuration", configuration_json(call.context.config)},
                 {"connections",
                  {{"signIn", server.sign_in_connections},
                   {"control", server.control_connections}}},
                 {"statistics", statistics_json(*statistics)}};
}

asio::awaitable<Reply> reload(Call& call) {
  const auto reloaded = co_await call.context.reload();
  log_change(call, "reload", "", reloaded ? "result=ok" : "result=refused");
  if (!reloaded) co_return failed(reloaded.error());
  co_return Json{{"generation", call.context.config.current().number}};
}

}  // namespace mfa::control
