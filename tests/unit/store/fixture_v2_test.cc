// SPDX-License-Identifier: BSD-3-Clause
//
// A database that an agent of schema version 2 left behind opens for ever.
#include "tests/unit/store/fixture.h"

namespace mfa::test {
namespace {

constexpr char kPhone[] = "Alice's phone";

TEST("the state of schema version 2 opens, and everything in it is there") {
  Host host;
  host.start_on_fixture("state-v2");
  const PersonDetail alice = host.detail("alice");
  assert_int_equal(alice.state.methods.size(), 1);
  const Method& phone = alice.state.methods[0];
  assert_string_equal(phone.label.c_str(), kPhone);
  assert_true(phone.state == MethodState::active);
  assert_int_equal(phone.last_accepted_step, 1800000000 / 30);
  assert_int_equal(phone.failures_unfamiliar, 1);
  assert_int_equal(*alice.state.registered_uid, 1000);
  assert_string_equal(alice.familiar_sources.at(0).c_str(), "192.0.2.1");
  assert_string_equal(alice.throttled.at(0).source.c_str(), "198.51.100.7");
  assert_true(alice.state.grace_started == host.clock.now().wall);
  assert_true(host.person("bob").grace_started == host.clock.now().wall);
  assert_int_equal(host.log().size(), 3);
  // The seed still unseals: this wrong code is evaluated.
  assert_true(host.answer("alice", "000000") == Reason::wrong_code);
}

}  // namespace
}  // namespace mfa::test
