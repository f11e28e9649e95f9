// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <set>

#include "agent/methods/throttle.h"
#include "tests/unit/store/fixture.h"

namespace mfa::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct Started : Host {
  Started() {
    const auto started = start();
    if (!started) fail_msg("%s", started.error().what.c_str());
  }
};

const Source kHome = address("192.0.2.1");
const Source kStranger = address("198.51.100.7");

bool is(Reason left, Reason right) { return left == right; }

TEST("a right code is verified, and its method named") {
  Started host;
  const auto phone = host.bind("alice", 1000, "Phone");
  const auto result =
      host.try_attempt(host.make_attempt("alice", host.code_now(phone)));
  assert_true(result.has_value());
  assert_true(is(result->reason, Reason::verified));
  assert_string_equal(result->method_id.c_str(), phone.method.id.c_str());
  assert_string_equal(result->method_label.c_str(), "Phone");
  assert_int_equal(result->record.attempts, 1);
  assert_true(result->record.status == SignInStatus::unconfirmed);
}

TEST("a code works once, and no code of that step or before works after it") {
  Started host;
  const auto phone = host.bind("alice");
  const std::string before =
      code_at(phone.seed.reveal(), host.clock.now().wall - seconds(30));
  const std::string now = host.code_now(phone);
  assert_true(is(host.answer("alice", now), Reason::verified));
  assert_true(is(host.answer("alice", now), Reason::replayed_code));
  assert_true(is(host.answer("alice", before), Reason::replayed_code));
  host.clock.pass(seconds(30));
  assert_true(is(host.answer("alice", host.code_now(phone)), Reason::verified));
}

TEST("a spent step stays spent when the clock is set back") {
  Started host;
  const auto phone = host.bind("alice");
  const std::string code = host.code_now(phone);
  assert_true(is(host.answer("alice", code), Reason::verified));
  host.clock.step_wall(-hours(1));
  assert_false(is(host.answer("alice", code), Reason::verified));
  assert_false(
      is(host.answer("alice", host.code_now(phone)), Reason::verified));
  host.clock.step_wall(hours(1));
  assert_true(is(host.answer("alice", code), Reason::replayed_code));
}

TEST("a spent step stays spent after a restart") {
  Started host;
  const auto phone = host.bind("alice");
  const std::string code = host.code_now(phone);
  assert_true(is(host.answer("alice", code), Reason::verified));
  host.restart();
  assert_true(is(host.answer("alice", code), Reason::replayed_code));
}

TEST("one step may be accepted where the configuration says one") {
  Started host;
  const auto phone = host.bind("alice");
  auto attempt = host.make_attempt(
      "alice",
      code_at(phone.seed.reveal(), host.clock.now().wall - seconds(30)));
  attempt.accepted_steps = 1;
  assert_true(
      is(host.try_attempt(std::move(attempt))->reason, Reason::clock_skew));
}

TEST("a code of another time is refused, and the log says how far off it is") {
  Started host;
  const auto phone = host.bind("alice");
  const Instant moment = host.clock.now().wall;
  assert_true(is(
      host.answer("alice", code_at(phone.seed.reveal(), moment - seconds(90))),
      Reason::clock_skew));
  assert_string_equal(host.log().back().detail.c_str(),
                      "the code is right for 90 s ago");
  assert_true(is(
      host.answer("alice", code_at(phone.seed.reveal(), moment + seconds(60))),
      Reason::clock_skew));
  assert_string_equal(host.log().back().detail.c_str(),
                      "the code is right for 60 s from now");
}

TEST("any of several methods will do, and each spends its own steps") {
  Started host;
  const auto phone = host.bind("alice", 1000, "Phone");
  const auto token = host.bind("alice", 1000, "Token");
  assert_true(is(host.answer("alice", host.code_now(phone)), Reason::verified));
  assert_true(is(host.answer("alice", host.code_now(token)), Reason::verified));
  assert_true(
      is(host.answer("alice", host.code_now(phone)), Reason::replayed_code));
}

TEST(
    "after five wrong codes a source pauses; nothing is evaluated, counted "
    "or consumed in a pause") {
  Started host;
  const auto phone = host.bind("alice");
  for (unsigned i = 0; i < kFailuresBeforePause; ++i) {
    assert_true(
        is(host.answer("alice", host.wrong_code(phone)), Reason::wrong_code));
  }
  const std::string code = host.code_now(phone);
  assert_true(is(host.answer("alice", code), Reason::paused));
  assert_int_equal(host.log().back().attempts, 0);
  assert_int_equal(host.detail("alice").throttled[0].failures, 5);
  host.clock.pass(minutes(1) - seconds(1));
  assert_true(is(host.answer("alice", code), Reason::paused));
  host.clock.pass(seconds(1));
  assert_true(is(host.answer("alice", host.code_now(phone)), Reason::verified));
}

TEST("a pause here does not stop the owner there") {
  Started host;
  const auto phone = host.bind("alice");
  for (unsigned i = 0; i < kFailuresBeforePause; ++i) {
    host.answer("alice", host.wrong_code(phone), kStranger);
  }
  assert_true(is(host.answer("alice", host.code_now(phone), kStranger),
                 Reason::paused));
  assert_true(
      is(host.answer("alice", host.code_now(phone), kHome), Reason::verified));
}

TEST("failures are counted across a restart and a reboot") {
  Started host;
  const auto phone = host.bind("alice");
  for (unsigned i = 0; i < kFailuresBeforePause; ++i) {
    host.answer("alice", host.wrong_code(phone));
  }
  host.restart();
  assert_true(is(host.answer("alice", host.code_now(phone)), Reason::paused));
  host.clock.reboot();
  host.clock.step_wall(-hours(24));  // it came up with a clock in the past
  host.restart();
  assert_true(is(host.answer("alice", host.code_now(phone)), Reason::paused));
  host.clock.pass(minutes(1));
  host.answer("alice", host.wrong_code(phone));
  assert_int_equal(host.detail("alice").throttled[0].failures, 6);
}

TEST("setting the wall clock neither ends a pause nor forgets failures") {
  Started host;
  const auto phone = host.bind("alice");
  for (unsigned i = 0; i < kFailuresBeforePause; ++i) {
    host.answer("alice", host.wrong_code(phone));
  }
  for (const auto step : {hours(24), hours(-48), hours(24)}) {
    host.clock.step_wall(step);
    assert_true(is(host.answer("alice", host.code_now(phone)), Reason::paused));
  }
}

TEST("names without an account are counted, apart from people") {
  Started host;
  const auto guess = [&](const std::string& name) {
    auto attempt = host.make_attempt(name, "123456", kStranger);
    attempt.account_known = false;
    return host.try_attempt(std::move(attempt))->reason;
  };
  for (unsigned i = 0; i < kFailuresBeforePause; ++i) {
    assert_true(is(guess("nobody-here"), Reason::unknown_user));
  }
  assert_true(is(guess("nobody-here"), Reason::paused));
  assert_true(is(guess("somebody-else"), Reason::unknown_user));
  const auto phone = host.bind("nobody-here");
  assert_true(is(host.answer("nobody-here", host.code_now(phone), kStranger),
                 Reason::verified));
}

TEST("a person without a method is counted and told apart in the log only") {
  Started host;
  for (unsigned i = 0; i < kFailuresBeforePause; ++i) {
    assert_true(is(host.answer("bob", "123456"), Reason::not_registered));
  }
  assert_true(is(host.answer("bob", "123456"), Reason::paused));
}

TEST("an account that was made anew cannot use the old one's methods") {
  Started host;
  const auto phone = host.bind("alice", 1000);
  auto attempt = host.make_attempt("alice", host.code_now(phone));
  attempt.uid = 2000;
  assert_true(is(host.try_attempt(std::move(attempt))->reason,
                 Reason::account_changed));
  assert_int_equal(host.detail("alice").throttled[0].failures, 1);
  assert_true(is(host.answer("alice", host.code_now(phone)), Reason::verified));
}

// Each from another address, so that no pause stands in the way.
void fail_as_strangers(Host& host, const BoundMethod& method, int count) {
  for (int i = 0; i < count; ++i) {
    host.answer("alice", host.wrong_code(method),
                address(fmt::format("203.0.113.{}", i)));
  }
}

TEST("strangers use up 80 failures; then only familiar places may try") {
  Started host;
  const auto phone = host.bind("alice");
  assert_true(
      is(host.answer("alice", host.code_now(phone), kHome), Reason::verified));
  fail_as_strangers(host, phone, 200);
  const Method method = host.person("alice").methods[0];
  assert_int_equal(method.failures_unfamiliar, kMaxUnfamiliarFailures);
  assert_true(method.state == MethodState::active);
  host.clock.pass(seconds(30));
  assert_true(is(host.answer("alice", host.code_now(phone), kStranger),
                 Reason::paused));
  assert_true(
      is(host.answer("alice", host.code_now(phone), kHome), Reason::verified));
  // The strangers' guesses are not given back by that.
  assert_int_equal(host.person("alice").methods[0].failures_unfamiliar,
                   kMaxUnfamiliarFailures);
}

TEST("100 failures disable a method until it is bound anew") {
  Started host;
  const auto phone = host.bind("alice");
  assert_true(
      is(host.answer("alice", host.code_now(phone), kHome), Reason::verified));
  fail_as_strangers(host, phone, 80);
  for (int i = 0; i < 20; ++i) {
    host.fail_patiently("alice", kHome, host.wrong_code(phone));
  }
  assert_true(host.person("alice").methods[0].state == MethodState::disabled);
  host.clock.pass(hours(1));
  assert_true(is(host.answer("alice", host.code_now(phone), kHome),
                 Reason::method_disabled));
  wait_for<void>([&](auto done) { host.store->unlock(user("alice"), done); });
  assert_true(is(host.answer("alice", host.code_now(phone), kHome),
                 Reason::method_disabled));
  wait_for<Method>([&](auto done) {
    host.store->remove_method(user("alice"), phone.method.id, done);
  });
  const auto anew = host.bind("alice");
  assert_true(
      is(host.answer("alice", host.code_now(anew), kHome), Reason::verified));
}

TEST("a caller asking for itself is never familiar") {
  Started host;
  const auto phone = host.bind("alice");
  const Source self{Source::Kind::self, {}};
  assert_true(
      is(host.answer("alice", host.code_now(phone), self), Reason::verified));
  host.answer("alice", host.wrong_code(phone), self);
  const Method method = host.person("alice").methods[0];
  assert_int_equal(method.failures, 0);
  assert_int_equal(method.failures_unfamiliar, 1);
  assert_int_equal(host.detail("alice").familiar_sources.size(), 0);
}

TEST("a right code clears the failures of its source and method") {
  Started host;
  const auto phone = host.bind("alice");
  for (int i = 0; i < 4; ++i) host.answer("alice", host.wrong_code(phone));
  assert_true(is(host.answer("alice", host.code_now(phone)), Reason::verified));
  assert_int_equal(host.detail("alice").throttled.size(), 0);
  assert_int_equal(host.person("alice").methods[0].failures_unfamiliar, 0);
}

TEST("unlock ends pauses and clears counters") {
  Started host;
  const auto phone = host.bind("alice");
  for (int i = 0; i < 5; ++i) host.answer("alice", host.wrong_code(phone));
  wait_for<void>([&](auto done) { host.store->unlock(user("alice"), done); });
  assert_int_equal(host.person("alice").methods[0].failures_unfamiliar, 0);
  assert_true(is(host.answer("alice", host.code_now(phone)), Reason::verified));
}

TEST("the newest 64 familiar places are remembered") {
  Started host;
  const auto phone = host.bind("alice");
  for (int i = 0; i < 70; ++i) {
    assert_true(is(host.answer("alice", host.code_now(phone),
                               address(fmt::format("192.0.2.{}", i))),
                   Reason::verified));
    host.clock.pass(seconds(30));
  }
  const auto sources = host.detail("alice").familiar_sources;
  assert_int_equal(sources.size(), 64);
  assert_string_equal(sources.front().c_str(), "192.0.2.69");
  assert_string_equal(sources.back().c_str(), "192.0.2.6");
}

TEST("several answers in one sign-in are one record that counts them") {
  Started host;
  const auto phone = host.bind("alice");
  auto first = host.make_attempt("alice", host.wrong_code(phone));
  auto second = host.make_attempt("alice", host.code_now(phone));
  second.record.id = first.record.id;
  assert_int_equal(host.try_attempt(std::move(first))->record.attempts, 1);
  assert_int_equal(host.try_attempt(std::move(second))->record.attempts, 2);
  const auto log = host.log();
  assert_int_equal(log.size(), 1);
  assert_true(log[0].status == SignInStatus::unconfirmed);
}

TEST("an attempt without a name, or with an endless one, is refused") {
  Started host;
  for (const std::string& name : {std::string(), std::string(257, 'a')}) {
    const auto result = host.try_attempt(host.make_attempt(name, "123456"));
    assert_false(result.has_value());
    assert_true(result.error().kind == ErrorKind::malformed);
  }
}

}  // namespace
}  // namespace mfa::test
