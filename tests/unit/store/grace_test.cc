// SPDX-License-Identifier: BSD-3-Clause
//
// When the days begin in which a person may sign in without a method.
#include "tests/unit/store/fixture.h"

namespace mfa::test {
namespace {

using std::chrono::hours;

struct Started : Host {
  Started() { restart(); }

  void remove(const BoundMethod& bound) {
    const auto removed = wait_for<Method>([&](auto done) {
      store->remove_method(user("alice"), bound.method.id, done);
    });
    assert_true(removed.has_value());
  }
  void sign_in_without_code(const std::string& id) {
    Store::Finish finish{{}, true};
    finish.record.id = id;
    finish.record.created = clock.now().wall;
    finish.record.user = "alice";
    wait_for<void>([&](auto done) { store->finish(finish, done); });
  }
  void reset() {
    wait_for<void>([&](auto done) { store->reset_grace(user("alice"), done); });
  }
  std::optional<Instant> grace() { return person("alice").grace_started; }
};

TEST("the grace of who registered first starts with the first right code") {
  Started host;
  const auto phone = host.bind("alice");
  assert_true(host.answer("alice", host.wrong_code(phone)) ==
              Reason::wrong_code);
  assert_false(host.grace().has_value());
  const Instant first = host.clock.now().wall;
  assert_true(host.answer("alice", host.code_now(phone)) == Reason::verified);
  assert_true(host.grace() == first);
  host.clock.pass(hours(24));
  assert_true(host.answer("alice", host.code_now(phone)) == Reason::verified);
  assert_true(host.grace() == first);
}

TEST("removing the last method gives nobody a new grace") {
  Started host;
  const auto phone = host.bind("alice");
  const Instant first = host.clock.now().wall;
  assert_true(host.answer("alice", host.code_now(phone)) == Reason::verified);
  host.remove(phone);
  host.clock.pass(hours(24 * 14));
  host.sign_in_without_code("two weeks later");
  assert_true(host.grace() == first);
}

TEST("a code that is right but spent starts no grace") {
  Started host;
  const auto phone = host.bind("alice");
  const std::string code = host.code_now(phone);
  assert_true(host.answer("alice", code) == Reason::verified);
  host.reset();
  assert_true(host.answer("alice", code) == Reason::replayed_code);
  assert_false(host.grace().has_value());
}

TEST("after a reset the next right code starts the grace anew") {
  Started host;
  const auto phone = host.bind("alice");
  assert_true(host.answer("alice", host.code_now(phone)) == Reason::verified);
  host.reset();
  assert_false(host.grace().has_value());
  host.clock.pass(hours(24));
  const Instant again = host.clock.now().wall;
  assert_true(host.answer("alice", host.code_now(phone)) == Reason::verified);
  assert_true(host.grace() == again);
}

}  // namespace
}  // namespace mfa::test
