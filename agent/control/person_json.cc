// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/person_json.h"

#include <algorithm>
#include <chrono>

#include "agent/control/directory_json.h"
#include "agent/facts/facts.h"
#include "agent/model/graph_names.h"
#include "agent/policy/registration.h"

namespace mfa::control {
namespace {

Json null_if_empty(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json instant_json(const std::optional<Instant>& instant) {
  return instant ? Json(to_iso8601(*instant)) : Json(nullptr);
}

// With an active method; PersonState::is_registered counts disabled ones, too.
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

template <class E>
Json name_json(const std::optional<E>& value) {
  return value ? Json(graph_name(*value)) : Json(nullptr);
}

// As a sign-in would find it: a risk that was remediated is none.
Json risk_json(const std::optional<Person>& account, const PersonState& state,
               const Rules& rules) {
  SignIn sign_in;
  sign_in.person = account;
  sign_in.facts = facts_of(sign_in, rules);
  add_state(sign_in, state, rules);
  return {{"userRiskLevel", name_json(sign_in.facts.user_risk)},
          {"signInRiskLevel", name_json(sign_in.facts.sign_in_risk)}};
}

// `current`: of this boot, these rules and this account. How long it counts is
// for the policy of the next sign-in to say.
Json remembered_json(const std::optional<Person>& account,
                     const PersonState& state, const Rules& rules,
                     const Now& now) {
  Json places = Json::array();
  for (const RememberedMfa& kept : state.remembered) {
    const bool current = account && kept.uid == account->uid &&
                         kept.boot_id == now.boot_id &&
                         kept.policy_hash == rules.fingerprint;
    places.push_back({{"service", kept.service},
                      {"source", kept.source},
                      {"device", null_if_empty(kept.device)},
                      {"terminal", null_if_empty(kept.terminal)},
                      {"targetUser", null_if_empty(kept.target_user)},
                      {"methods", kept.methods},
                      {"verifiedDateTime", to_iso8601(kept.verified)},
                      {"current", current}});
  }
  return places;
}

// `current`: in the version that is asked for now.
Json terms_json(const PersonState& state, const Config& config) {
  Json all = Json::array();
  for (const AcceptedTerms& accepted : state.terms) {
    const TermsOfUse* terms = config.find_terms(accepted.id);
    all.push_back({{"id", accepted.id},
                   {"version", accepted.version},
                   {"acceptedDateTime", to_iso8601(accepted.accepted)},
                   {"current", terms && terms->version == accepted.version}});
  }
  return all;
}

Json registration_json(const std::optional<Person>& account,
                       const PersonState& state, const Config& config,
                       Instant now) {
  const unsigned days = config.security_defaults.registration_grace_days;
  return {{"registered", is_registered(state)},
          {"graceStartedDateTime", instant_json(state.grace_started)},
          {"graceDaysLeft", grace_days_left(account, state, days, now)}};
}

}  // namespace

std::string_view per_user_mfa_state(const PersonState& state) {
  if (!state.mfa_required) return "disabled";
  return state.is_registered() ? "enforced" : "enabled";
}

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
               const PersonDetail& detail, const Rules& rules, const Now& now) {
  const PersonState& state = detail.state;
  const std::vector<std::string> none;
  return {{"user", name.str()},
          {"uid", account ? Json(account->uid) : Json(nullptr)},
          {"registeredUid",
           state.registered_uid ? Json(*state.registered_uid) : Json(nullptr)},
          {"directory", account ? central_json(*account) : Json(nullptr)},
          {"roles", account ? account->roles : none},
          {"rolesKnown", account && account->memberships_known()},
          {"groups", account ? account->groups : none},
          {"risk", risk_json(account, state, rules)},
          {"registration",
           registration_json(account, state, rules.config, now.wall)},
          {"perUserMfaState", per_user_mfa_state(state)},
          {"methods", methods_json(state.methods)},
          {"remembered", remembered_json(account, state, rules, now)},
          {"acceptedTerms", terms_json(state, rules.config)},
          {"throttled", throttled_json(detail)},
          {"familiarSources", detail.familiar_sources}};
}

}  // namespace mfa::control
