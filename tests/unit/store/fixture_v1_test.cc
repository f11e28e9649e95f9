// SPDX-License-Identifier: BSD-3-Clause
//
// A database that an agent of schema version 1 left behind opens for ever.
#include "agent/store/schema.h"
#include "tests/unit/store/fixture.h"

namespace mfa::test {
namespace {

TEST("the state of schema version 1 opens, and everything in it is there") {
  Host host;
  host.start_on_fixture("state-v1");
  assert_knows_alice(host);
  assert_true(host.person("bob").grace_started == host.clock.now().wall);
  assert_int_equal(host.log().size(), 3);
  // The seed still unseals: this wrong code is evaluated.
  assert_true(host.answer("alice", "000000") == Reason::wrong_code);
}

TEST("version 1 becomes today's, and the registered have their first day") {
  Host host;
  host.start_on_fixture("state-v1");
  // Version 1 noted none for who registered before the first sign-in.
  const PersonState alice = host.person("alice");
  assert_true(alice.grace_started == alice.methods.at(0).created);
  const auto counted =
      *wait_for<Statistics>([&](auto done) { host.store->statistics(done); });
  assert_int_equal(counted.people_in_grace, 1);  // bob, as before
  host.stop();
  auto database = std::move(*Database::open(host.file("state.db")));
  assert_int_equal(std::stoi(database->pragma("PRAGMA user_version")),
                   kSchemaVersion);
  assert_string_equal(database->pragma("PRAGMA integrity_check").c_str(), "ok");
}

}  // namespace
}  // namespace mfa::test
