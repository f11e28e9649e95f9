// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/person_json.h"

#include <algorithm>
#include <chrono>

#include "agent/policy/registration.h"

namespace mfa::control {
namespace {

Json instant_json(const std::optional<Instant>& instant) {
  return instant ? Json(to_iso8601(*instant)) : Json(nullptr);
}

bool is_registered(const PersonState& state) {
  return std::any_of(
      state.methods.begin(), state.methods.end(),
      [](const Method& m) { return m.state == MethodState::active; });
}

// What the policy says of an ordinary sign-in; privileged services give an
// administrator none.
Json grace_days_left(const std::optional<Person>& account,
                     const PersonState& state, unsigned grace_days,
                     Instant now) {
  if (!account) return nullptr;
  SignIn ordinary;
  ordinary.person = account;
  const Grace grace =
      registration_grace(grace_days, ordinary, true, state.grace_started, now);
  return grace.days_left;
}

Json throttled_json(const PersonDetail& detail) {
  Json pauses = Json::array();
  for (const auto& pause : detail.throttled) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(pause.left);
    pauses.push_back({{"source", pause.source},
                      {"failures", pause.failures},
                      {"secondsLeft", left.count()}});
  }
  return pauses;
}

}  // namespace

Json method_json(const Method& method) {
  return {{"id", method.id},
          {"kind", "totp"},
          {"label", method.label},
          {"state", to_string(method.state)},
          {"algorithm", to_string(method.totp.algorithm)},
          {"digits", method.totp.digits},
          {"period", method.totp.period},
          {"createdDateTime", to_iso8601(method.created)},
          {"lastUsedDateTime", instant_json(method.last_used)},
          {"failures", method.failures},
          {"failuresFromUnfamiliarSources", method.failures_unfamiliar}};
}

Json methods_json(const std::vector<Method>& methods) {
  Json list = Json::array();
  for (const Method& method : methods) list.push_back(method_json(method));
  return list;
}

Json user_json(const UserName& name, const std::optional<Person>& account,
               const PersonDetail& detail, unsigned grace_days, Instant now) {
  const PersonState& state = detail.state;
  return {
      {"user", name.str()},
      {"uid", account ? Json(account->uid) : Json(nullptr)},
      {"registeredUid",
       state.registered_uid ? Json(*state.registered_uid) : Json(nullptr)},
      {"roles", account ? account->roles : std::vector<std::string>{}},
      {"rolesKnown", account && account->roles_known},
      {"registration",
       {{"registered", is_registered(state)},
        {"graceStartedDateTime", instant_json(state.grace_started)},
        {"graceDaysLeft", grace_days_left(account, state, grace_days, now)}}},
      {"methods", methods_json(state.methods)},
      {"throttled", throttled_json(detail)},
      {"familiarSources", detail.familiar_sources}};
}

}  // namespace mfa::control
