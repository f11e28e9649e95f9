// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/sign_in/stage.h"

#include <liboath/oath.h>
#include <stdlib.h>

#include <asio/use_awaitable.hpp>
#include <exception>
#include <filesystem>
#include <stdexcept>

#include "agent/sign_in/await.h"
#include "agent/store/key.h"
#include "tests/check.h"

namespace mfa::stage {
namespace {

std::string new_directory() {
  char path[] = "/tmp/mfa-sign-in-XXXXXX";
  if (!mkdtemp(path)) throw std::runtime_error("mkdtemp");
  return path;
}

std::unique_ptr<Store> open_store(const std::string& directory, Clock& clock,
                                  Random& random) {
  auto key = create_key(directory, random);
  if (!key) throw std::runtime_error(key.error().what);
  Store::Settings settings;
  settings.state_directory = directory;
  settings.runtime_directory = directory;
  settings.may_create = true;
  auto store =
      Store::open(settings, std::move(*key), clock, random, [](Error) {});
  if (!store) throw std::runtime_error(store.error().what);
  return std::move(*store);
}

}  // namespace

Rules rules_of(Config config) {
  Rules rules;
  rules.policies.security_defaults = config.security_defaults.enabled;
  rules.scope.roles = config.roles;
  rules.config = std::move(config);
  return rules;
}

Agent::Agent()
    : directory(new_directory()),
      live("mfa-agent.yaml", rules_of(Config{}), clock.now().wall),
      approvals(random,
                [this](const Approval& approval) {
                  unconfirmed.push_back(approval.sign_in.id);
                }),
      store(open_store(directory, clock, random)),
      desk{*store, people, live, clock, random, approvals} {
  people.add("alice", 1000);
  people.add("bob", 1001);
}

Agent::~Agent() {
  store.reset();
  std::filesystem::remove_all(directory);
}

template <class T>
T Agent::run(asio::awaitable<T> work) {
  std::optional<T> result;
  auto wait = [&]() -> asio::awaitable<void> {
    result.emplace(co_await std::move(work));
  };
  asio::co_spawn(io_, wait, [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
  io_.restart();
  io_.run();
  return std::move(result.value());
}

Ending Agent::authenticate(const wire::Begin& begin, Script& script,
                           Caller caller) {
  return run(mfa::authenticate(desk, begin, caller, script));
}

Ending Agent::account(const wire::Begin& begin, Caller caller) {
  return run(confirm_account(desk, begin, caller));
}

SignInRecord Agent::last_record() {
  auto records = run(await_result<std::vector<SignInRecord>>(
      [&](auto done) { store->sign_ins({}, std::move(done)); }));
  if (!records || records->empty()) throw std::runtime_error("no record");
  return records->back();
}

std::size_t Agent::record_count() {
  return run(await_result<std::vector<SignInRecord>>(
                 [&](auto done) { store->sign_ins({}, std::move(done)); }))
      ->size();
}

Secret Agent::enrol(const std::string& name, std::uint32_t uid) {
  NewMethod method{*UserName::parse(name), uid, "Phone", {}, true};
  auto bound = run(await_result<BoundMethod>([&](auto done) {
    store->add_method(std::move(method), std::move(done));
  }));
  if (!bound) throw std::runtime_error(bound.error().what);
  return std::move(bound->seed);
}

std::string Agent::code_now(const Secret& seed, int steps_ago) const {
  char code[16] = "";
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(
      now().time_since_epoch());
  oath_totp_generate(seed.reveal().data(), seed.size(),
                     seconds.count() - 30 * steps_ago, 30, 0, 6, code);
  return code;
}

PersonState Agent::state_of(const std::string& name) {
  auto state = run(await_result<PersonState>(
      [&](auto done) { store->find_person(name, std::move(done)); }));
  if (!state) throw std::runtime_error(state.error().what);
  return std::move(*state);
}

wire::Begin ssh_begin(const std::string& user, bool password) {
  wire::Begin begin;
  begin.user = user;
  begin.service = "sshd";
  begin.rhost = "192.0.2.7";
  begin.tty = "ssh";
  begin.ssh_connection = "192.0.2.7 40000 198.51.100.1 22";
  begin.ssh_auth_info = "";
  if (password) begin.flags = wire::kFlagPasswordGiven;
  begin.time_left_ms = 50000;
  return begin;
}

}  // namespace mfa::stage
