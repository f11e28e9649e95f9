// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/case.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/base/log.h"
#include "agent/base/uuid.h"
#include "agent/facts/facts.h"
#include "agent/facts/gather.h"
#include "agent/facts/identity.h"
#include "agent/model/graph_names.h"
#include "agent/policy/evaluate.h"
#include "agent/policy/grant.h"
#include "agent/policy/policy_rows.h"
#include "agent/policy/resilience.h"
#include "agent/sign_in/await.h"
#include "agent/sign_in/log_line.h"
#include "agent/sign_in/words.h"

namespace mfa {
namespace {

asio::awaitable<Result<std::optional<Person>>> look_up(
    Desk& desk, const Generation& generation, std::string name) {
  auto start = [&desk, scope = generation.scope(),
                name = std::move(name)](auto done) mutable {
    desk.directory.find(std::move(name), std::move(scope), std::move(done));
  };
  return await_result_within<std::optional<Person>>(kLookupDeadline,
                                                    std::move(start));
}

// Services the peer's account may ask about for others. Looked up at each
// request: delegates are few and an account's uid may change.
asio::awaitable<std::vector<std::string>> delegated_services(
    Desk& desk, const Generation& generation, std::uint32_t uid) {
  for (const Delegate& delegate : generation.config().delegates) {
    const auto account =
        co_await look_up(desk, generation, delegate.account.str());
    if (account && *account && (*account)->uid == uid) {
      co_return delegate.services;
    }
  }
  co_return std::vector<std::string>{};
}

const char* to_string(FirstFactor factor) {
  switch (factor) {
    case FirstFactor::unknown:
      return "unknown";
    case FirstFactor::password:
      return "password";
    case FirstFactor::public_key:
      return "public_key";
  }
  return "unknown";
}

const char* to_string(Asker asker) {
  switch (asker) {
    case Asker::root:
      return "root";
    case Asker::self:
      return "self";
    case Asker::delegate:
      return "delegate";
  }
  return "self";
}

std::string text_of(const std::optional<RiskLevel>& risk) {
  return risk ? std::string(graph_name(*risk)) : std::string();
}

void note_facts(const SignInFacts& facts, SignInRecord& record) {
  record.client_is_modern = !is_legacy_client(facts);
  record.sign_in_risk = text_of(facts.sign_in_risk);
  record.user_risk = text_of(facts.user_risk);
  if (facts.country) {
    record.country.assign(std::begin(facts.country->letters),
                          std::end(facts.country->letters));
  }
  if (!facts.device) return;
  const auto text = [&](DeviceText attribute) {
    return facts.device->text(attribute).value_or("");
  };
  record.device_id = text(DeviceText::device_id);
  record.device_name = text(DeviceText::display_name);
  record.device_trust_type = text(DeviceText::trust_type);
  record.device_compliant = facts.device->is_compliant;
}

SignInRecord record_of(const SignIn& sign_in, const Rules& rules,
                       std::uint64_t generation) {
  SignInRecord record;
  record.id = sign_in.id;
  record.created = sign_in.began;
  record.user = sign_in.person ? sign_in.person->name.str() : sign_in.user_name;
  record.user_known = sign_in.person.has_value();
  record.target_user = sign_in.target_user;
  record.application = sign_in.application;
  if (sign_in.source.address) record.ip_address = sign_in.source.address->str();
  record.source = sign_in.source.key();
  record.terminal = sign_in.terminal;
  record.first_factor = to_string(sign_in.first_factor);
  record.asker = to_string(sign_in.asker);
  if (sign_in.person) {
    record.user_id = identity_of(*sign_in.person, rules).id;
    record.roles = sign_in.person->roles;
    record.roles_known = sign_in.person->memberships_known();
  }
  record.requirement = "singleFactorAuthentication";
  record.configuration_generation = generation;
  note_facts(sign_in.facts, record);
  return record;
}

// What is found of a person by the name that was typed.
struct Found {
  Lookups lookups;
  PersonState state;
  std::optional<Reason> problem;
};

// The store is asked at once for the name as typed: nearly always it is the
// canonical one, and NSS takes its time.
asio::awaitable<Found> find_person(Desk& desk, const Generation& generation,
                                   std::string typed) {
  Found found;
  const auto executor = co_await asio::this_coro::executor;
  Asked<PersonState> early(executor, [&](auto done) {
    desk.store.find_person(typed, std::move(done));
  });
  auto person = co_await look_up(desk, generation, typed);
  auto state = co_await Asked<PersonState>::take(
      std::move(early), Asked<PersonState>::Clock::time_point::max());
  if (!person) {
    found.problem = Reason::directory_unavailable;
    co_return found;
  }
  found.lookups.person = std::move(*person);
  if (!found.lookups.person) co_return found;
  const std::string& name = found.lookups.person->name.str();
  if (name != typed) {
    state = co_await await_result<PersonState>(
        [&](auto done) { desk.store.find_person(name, std::move(done)); });
  }
  if (state) {
    found.state = std::move(*state);
  } else {
    log::write(log::Level::error, state.error().what);
    found.problem = Reason::store_unavailable;
  }
  co_return found;
}

}  // namespace

asio::awaitable<Case> open_case(Desk& desk, const wire::Begin& begin,
                                const Caller& caller) {
  Case a_case;
  a_case.generation = desk.rules.current();
  const Config& config = a_case.generation.config();
  Found found;
  std::vector<std::string> services;
  if (caller.uid == 0 || is_open_to_users(config, begin.service)) {
    found = co_await find_person(desk, a_case.generation,
                                 deciding_name(begin, caller.uid));
    a_case.problem = found.problem;
    if (caller.uid != 0) {
      services =
          co_await delegated_services(desk, a_case.generation, caller.uid);
    }
  }
  const auto asker = asker_standing(caller.uid, config, begin.service,
                                    found.lookups.person, services);
  if (!asker) a_case.problem = Reason::asker_refused;
  found.lookups.asker = asker.value_or(Asker::self);

  const Now now = desk.clock.now();
  a_case.sign_in =
      gather(begin, *a_case.generation.rules, std::move(found.lookups),
             random_uuid(desk.random), now.wall);
  const auto located = locate(a_case.sign_in, *a_case.generation.rules);
  if (!located) log::audit(log::Level::error, located.error().what);
  a_case.state = std::move(found.state);
  add_state(a_case.sign_in, a_case.state, *a_case.generation.rules);
  a_case.record = record_of(a_case.sign_in, *a_case.generation.rules,
                            a_case.generation.number);
  co_return a_case;
}

asio::awaitable<Case> reopen_case(Desk& desk, const wire::Begin& begin,
                                  const Caller& caller, const SignIn& earlier,
                                  Pending pending) {
  Case fresh = co_await open_case(desk, begin, caller);
  fresh.pending = std::move(pending);
  carry_over(earlier, fresh.sign_in, *fresh.generation.rules);
  co_return fresh;
}

const Decision& decide(Case& a_case) {
  const Policies& policies = a_case.generation.rules->policies;
  const SignInFacts& facts = a_case.sign_in.facts;
  evaluate(policies, facts, a_case.decision);
  note_facts(facts, a_case.record);
  if (a_case.decision.verdict != Verdict::block &&
      waits_for_unknown_risk(policies, facts, a_case.decision)) {
    a_case.decision.verdict = Verdict::deny;
    a_case.decision.error_code = kBlockedByConditionalAccess;
  }
  const Controls& required = a_case.decision.required_controls;
  if (required.contains(Control::mfa) ||
      required.contains(Control::authentication_strength)) {
    a_case.record.requirement = "multiFactorAuthentication";
  }
  return a_case.decision;
}

void note_policies(Case& a_case) {
  a_case.record.policies =
      policy_rows(a_case.generation.rules->policies, a_case.decision);
}

bool is_emergency_access(const Case& a_case) {
  const SignIn& sign_in = a_case.sign_in;
  const Config& config = a_case.generation.config();
  if (sign_in.asker != Asker::root) return false;
  // By the name the application gave: an emergency is also when NSS is ill.
  const auto name = UserName::parse(sign_in.user_name);
  if (!name || !config.is_emergency(*name)) return false;
  if (sign_in.is_console) return true;
  const auto& networks = config.emergency_access_from;
  return sign_in.source.address &&
         std::any_of(networks.begin(), networks.end(), [&](const auto& n) {
           return n.contains(*sign_in.source.address);
         });
}

Grace grace_of(const Desk& desk, const Case& a_case, bool first_factor_proved) {
  return registration_grace(
      a_case.generation.config().security_defaults.registration_grace_days,
      a_case.sign_in, first_factor_proved, a_case.state.grace_started,
      desk.clock.now().wall);
}

asio::awaitable<bool> write_let_in(Desk& desk, Case& a_case, Reason reason,
                                   SignInStatus status, bool start_grace) {
  a_case.record.status = status;
  a_case.record.reason = reason;
  note_policies(a_case);
  const auto written = co_await await_result<void>([&](auto done) {
    desk.store.finish({a_case.record, start_grace}, std::move(done));
  });
  if (written) co_return true;
  log::write(log::Level::error, written.error().what);
  a_case.problem = Reason::store_unavailable;
  co_return reason == Reason::emergency_access;
}

asio::awaitable<Ending> refuse_problem(Desk& desk, Case& a_case) {
  const Reason problem = *a_case.problem;
  const bool later = problem == Reason::directory_unavailable ||
                     problem == Reason::store_unavailable;
  const std::string id = a_case.sign_in.id;
  return refuse(
      desk, a_case, problem,
      later ? wire::Outcome::unavailable : wire::Outcome::policy_denies,
      later ? words::try_later(id) : words::refused(id));
}

asio::awaitable<Ending> refuse(Desk& desk, Case& a_case, Reason reason,
                               wire::Outcome outcome, std::string text) {
  a_case.record.status = SignInStatus::failure;
  a_case.record.reason = reason;
  note_policies(a_case);
  log_sign_in(a_case.record);
  const std::string id = a_case.sign_in.id;
  // Only to syslog: an account that may not ask must not be able to fill the
  // sign-in log under other people's names.
  if (reason == Reason::asker_refused) {
    co_return Ending{outcome, std::move(text), std::nullopt, id};
  }
  const auto written = co_await await_result<void>([&](auto done) {
    desk.store.finish({a_case.record, false}, std::move(done));
  });
  if (!written) log::write(log::Level::error, written.error().what);
  co_return Ending{outcome, std::move(text), std::nullopt, id};
}

}  // namespace mfa
