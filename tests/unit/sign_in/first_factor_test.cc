// SPDX-License-Identifier: BSD-3-Clause
//
// What sshd's own method of authentication means to the policies: a password
// method that cannot ask, a key on a security key.
#include <optional>
#include <string>

#include "tests/check.h"
#include "tests/unit/sign_in/world.h"

namespace mfa {
namespace {

using stage::Agent;
using stage::kMfa;
using stage::let_in;
using stage::policy;
using stage::rules_with;
using stage::Script;
using stage::ssh_begin;
using stage::World;

// --- sshd's password method ------------------------------------------------

// sshd's password method: the auth phase without SSH_AUTH_INFO_0; sshd sets it
// for the account phase.
Ending by_password(World& world) {
  wire::Begin begin = ssh_begin("alice");
  begin.ssh_auth_info.reset();
  return world.sign_in(begin);
}

constexpr char kLegacy[] = "  clientAppTypes: [exchangeActiveSync, other]\n";

TEST("sshd's password method is a legacy client from the beginning") {
  World world(rules_with(policy("{builtInControls: [block]}", kLegacy)));
  assert_true(by_password(world).outcome == wire::Outcome::policy_denies);
  assert_false(world.agent.last_record().client_is_modern);
  assert_true(let_in(world.sign_in(ssh_begin("alice"))));
  assert_true(world.agent.last_record().client_is_modern);
}

TEST("the account phase knows what the auth phase was: a legacy client") {
  World world(rules_with("[]"));
  const Ending ending = by_password(world);
  assert_true(let_in(ending));
  assert_false(world.agent.last_record().client_is_modern);
  world.agent.reload(rules_with(policy("{builtInControls: [block]}", kLegacy)));
  assert_false(let_in(world.confirm(ssh_begin("alice"), ending)));
  assert_true(world.agent.last_record().reason == Reason::policy_changed);
}

TEST("with nothing against legacy clients the account phase confirms one") {
  World world(rules_with("[]"));
  assert_true(let_in(world.confirm(ssh_begin("alice"), by_password(world))));
  assert_false(world.agent.last_record().client_is_modern);
}

TEST("a public key alone is no legacy client to the policies") {
  World world(rules_with(policy("{builtInControls: [block]}", kLegacy)));
  for (const auto& info : {std::optional<std::string>(), {std::string()}}) {
    wire::Begin begin = ssh_begin("alice", false);
    begin.ssh_auth_info = info;
    begin.phase = wire::Phase::account;
    assert_true(let_in(world.agent.account(begin)));
    assert_true(world.agent.last_record().client_is_modern);
  }
}

TEST(
    "under security defaults the password method keeps the registration days") {
  Agent agent;
  wire::Begin begin = ssh_begin("alice");
  begin.ssh_auth_info.reset();
  Script script;
  assert_true(let_in(agent.authenticate(begin, script)));
  assert_true(agent.last_record().reason == Reason::registration_grace);
}

// --- keys on security keys -------------------------------------------------

// What sshd says of a key on a FIDO token.
constexpr char kSecurityKey[] =
    "publickey sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2gu"
    "Y29tAAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABHNzaDo=\n";

wire::Begin by_security_key(wire::Phase phase = wire::Phase::authenticate) {
  wire::Begin begin = ssh_begin("alice", false);
  begin.ssh_auth_info = kSecurityKey;
  begin.phase = phase;
  return begin;
}

Config security_keys_count() {
  Config config;
  config.ssh_security_keys_are_fido2 = true;
  return config;
}

TEST("an SSH key on a security key is multi-factor where policies decide") {
  World world(rules_with(policy(kMfa), "", security_keys_count()));
  assert_true(let_in(world.sign_in(by_security_key())));
  assert_true(
      let_in(world.agent.account(by_security_key(wire::Phase::account))));
}

TEST("an SSH key on a security key never counts under security defaults") {
  World world(stage::rules_of(security_keys_count()));
  Script script;
  assert_false(let_in(world.sign_in(by_security_key(), script)));
  assert_int_equal(script.prompts.size(), 1);
  assert_false(
      let_in(world.agent.account(by_security_key(wire::Phase::account))));
  assert_true(world.agent.last_record().reason ==
              Reason::second_factor_missing);
}

TEST("what a security key gave is lost when security defaults are turned on") {
  World world(rules_with(policy(kMfa), "", security_keys_count()));
  const Ending ending = world.sign_in(by_security_key());
  assert_true(let_in(ending));
  world.agent.reload(stage::rules_of(security_keys_count()));
  assert_false(let_in(world.confirm(by_security_key(), ending)));
}

}  // namespace
}  // namespace mfa
