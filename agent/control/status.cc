// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstddef>

#include "agent/control/change_log.h"
#include "agent/control/handlers.h"
#include "agent/sign_in/await.h"

namespace mfa::control {
namespace {

Json policies_json(const Policies& policies) {
  const auto count = [&](PolicyState state) {
    return std::count_if(
        policies.list.begin(), policies.list.end(),
        [&](const Policy& policy) { return policy.state == state; });
  };
  return {{"enabled", count(PolicyState::enabled)},
          {"reportOnly", count(PolicyState::report_only)},
          {"disabled", count(PolicyState::disabled)}};
}

// "Local console" is always there and was written by nobody.
std::size_t written_locations(const NamedLocations& locations) {
  return locations.list().size() - 1;
}

Json directory_json(const DirectoryRecords& records) {
  return {{"people", records.users().size()},
          {"devices", records.devices().size()}};
}

Json configuration_json(const LiveRules& live) {
  const Generation& current = live.current();
  const Rules& rules = *current.rules;
  const auto& defaults = rules.config.security_defaults;
  return {{"file", live.file()},
          {"generation", current.number},
          {"fingerprint", rules.fingerprint},
          {"loadedDateTime", to_iso8601(current.loaded)},
          {"lastError",
           live.last_error() ? Json(*live.last_error()) : Json(nullptr)},
          {"securityDefaults", defaults.enabled},
          {"registrationGraceDays", defaults.registration_grace_days},
          {"policies", policies_json(rules.policies)},
          {"namedLocations", written_locations(rules.policies.locations)},
          {"directory", directory_json(rules.records)}};
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
    call.context.desk.store.statistics(std::move(done));
  };
  const auto statistics = co_await await_result<Statistics>(start);
  if (!statistics) co_return failed(statistics.error());
  const ServerStatus server = call.context.server_status();
  co_return Json{{"version", MFA_VERSION},
                 {"startedDateTime", to_iso8601(server.started)},
                 {"configuration", configuration_json(call.context.desk.rules)},
                 {"connections",
                  {{"signIn", server.sign_in_connections},
                   {"control", server.control_connections}}},
                 {"statistics", statistics_json(*statistics)}};
}

asio::awaitable<Reply> reload(Call& call) {
  const auto reloaded = co_await call.context.reload();
  log_change(call, "reload", "", reloaded ? "result=ok" : "result=refused");
  if (!reloaded) co_return failed(reloaded.error());
  co_return Json{{"generation", call.context.desk.rules.current().number}};
}

}  // namespace mfa::control
