// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/case.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/base/log.h"
#include "agent/base/uuid.h"
#include "agent/facts/gather.h"
#include "agent/policy/evaluate.h"
#include "agent/sign_in/await.h"
#include "agent/sign_in/log_line.h"
#include "agent/sign_in/words.h"

namespace mfa {
namespace {

asio::awaitable<Result<std::optional<Person>>> look_up(
    Desk& desk, const ConfigGeneration& generation, std::string name) {
  return await_result_within<std::optional<Person>>(
      kLookupDeadline, [&desk, config = generation.config,
                        name = std::move(name)](auto done) mutable {
        desk.directory.find(std::move(name), config, std::move(done));
      });
}

// Services the peer's account may ask about for others. Looked up at each
// request: delegates are few and an account's uid may change.
asio::awaitable<std::vector<std::string>> delegated_services(
    Desk& desk, const ConfigGeneration& generation, std::uint32_t uid) {
  for (const Delegate& delegate : generation.config->delegates) {
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

SignInRecord record_of(const SignIn& sign_in, std::uint64_t generation) {
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
    record.roles = sign_in.person->roles;
    record.roles_known = sign_in.person->roles_known;
  }
  record.requirement = "singleFactorAuthentication";
  record.configuration_generation = generation;
  return record;
}

}  // namespace

asio::awaitable<Case> open_case(Desk& desk, const wire::Begin& begin,
                                const Caller& caller) {
  Case a_case;
  a_case.generation = desk.config.current();
  const Config& config = *a_case.generation.config;
  Lookups lookups;
  std::vector<std::string> services;
  if (caller.uid == 0 || is_open_to_users(config, begin.service)) {
    auto found = co_await look_up(desk, a_case.generation,
                                  deciding_name(begin, caller.uid));
    if (!found) a_case.problem = Reason::directory_unavailable;
    lookups.person = found ? std::move(*found) : std::nullopt;
    if (caller.uid != 0) {
      services =
          co_await delegated_services(desk, a_case.generation, caller.uid);
    }
  }
  const auto asker = asker_standing(caller.uid, config, begin.service,
                                    lookups.person, services);
  if (!asker) a_case.problem = Reason::asker_refused;
  lookups.asker = asker.value_or(Asker::self);

  a_case.sign_in = gather(begin, config, std::move(lookups),
                          random_uuid(desk.random), desk.clock.now().wall);
  a_case.record = record_of(a_case.sign_in, a_case.generation.number);
  co_return a_case;
}

Decision decide(Case& a_case) {
  const Config& config = *a_case.generation.config;
  Decision decision =
      evaluate({config.security_defaults.enabled}, a_case.sign_in);
  a_case.record.policies = decision.policies;
  a_case.record.client_is_modern =
      a_case.sign_in.client_app_type == ClientAppType::modern;
  if (decision.verdict == Verdict::challenge) {
    a_case.record.requirement = "multiFactorAuthentication";
  }
  return decision;
}

bool is_emergency_access(const Case& a_case) {
  const SignIn& sign_in = a_case.sign_in;
  const Config& config = *a_case.generation.config;
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

asio::awaitable<PersonState> person_state(Desk& desk, Case& a_case) {
  auto state = co_await await_result<PersonState>([&](auto done) {
    desk.store.find_person(a_case.record.user, std::move(done));
  });
  if (state) co_return std::move(*state);
  log::write(log::Level::error, state.error().what);
  a_case.problem = Reason::store_unavailable;
  co_return PersonState{};
}

Grace grace_of(const Desk& desk, const Case& a_case, const PersonState& state,
               bool first_factor_proved) {
  return registration_grace(
      a_case.generation.config->security_defaults.registration_grace_days,
      a_case.sign_in, first_factor_proved, state.grace_started,
      desk.clock.now().wall);
}

asio::awaitable<bool> write_let_in(Desk& desk, Case& a_case, Reason reason,
                                   SignInStatus status, bool start_grace) {
  a_case.record.status = status;
  a_case.record.reason = reason;
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
