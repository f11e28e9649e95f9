// SPDX-License-Identifier: BSD-3-Clause
//
// A database that an agent of schema version 2 left behind opens for ever.
#include "tests/unit/store/fixture.h"

namespace mfa::test {
namespace {

TEST("the state of schema version 2 opens, and everything in it is there") {
  Host host;
  host.start_on_fixture("state-v2");
  const PersonDetail alice = assert_knows_alice(host);
  assert_true(alice.state.grace_started == host.clock.now().wall);
  assert_true(host.person("bob").grace_started == host.clock.now().wall);
  assert_int_equal(host.log().size(), 3);
  // The seed still unseals: this wrong code is evaluated.
  assert_true(host.answer("alice", "000000") == Reason::wrong_code);
}

}  // namespace
}  // namespace mfa::test
