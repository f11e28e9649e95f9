// SPDX-License-Identifier: BSD-3-Clause
#include "agent/methods/throttle.h"

#include <algorithm>
#include <random>
#include <vector>

#include "tests/check.h"

namespace mfa {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

unsigned below(std::mt19937_64& random, unsigned bound) {
  return static_cast<unsigned>(random() % bound);
}

Now start() { return {Instant(seconds(1800000000)), seconds(1000), "boot-1"}; }

Now later(Now now, microseconds time) {
  now.wall += time;
  now.since_boot += time;
  return now;
}

Throttle after_failures(unsigned count, const Now& now) {
  Throttle throttle;
  for (unsigned i = 0; i < count; ++i) throttle = after_failure(throttle, now);
  return throttle;
}

Method active_method(unsigned failures, unsigned failures_unfamiliar) {
  return {.id = "00",
          .person = *UserName::parse("alice"),
          .label = "Phone",
          .totp = {},
          .state = MethodState::active,
          .created = {},
          .last_used = {},
          .failures = failures,
          .failures_unfamiliar = failures_unfamiliar};
}

TEST("four failures cost nothing, then pauses of 1, 2, 4, 8, 16, 30, 30 min") {
  const Now now = start();
  assert_int_equal(pause_left(after_failures(4, now), now).count(), 0);
  const minutes expected[] = {minutes(1),  minutes(2),  minutes(4), minutes(8),
                              minutes(16), minutes(30), minutes(30)};
  for (unsigned i = 0; i < std::size(expected); ++i) {
    const Throttle throttle = after_failures(kFailuresBeforePause + i, now);
    assert_true(pause_left(throttle, now) == expected[i]);
    assert_true(pause_left(throttle, later(now, expected[i])).count() == 0);
    assert_true(pause_left(throttle, later(now, expected[i] - seconds(1))) ==
                seconds(1));
  }
}

TEST("within a boot only the time since boot counts (property)") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 10000; ++round) {
    const Now now = start();
    const Throttle throttle = after_failures(5 + below(random, 10), now);
    Now then = later(now, seconds(below(random, 3600)));
    const auto honest = pause_left(throttle, then);
    then.wall +=
        seconds(static_cast<std::int64_t>(below(random, 172800)) - 86400);
    assert_true(pause_left(throttle, then) == honest);
    assert_true(after_failure(throttle, then).failures ==
                throttle.failures + 1);
    assert_true(honest <= throttle.pause_length);
    assert_false(is_forgettable(throttle, then));
  }
}

TEST("a pause is never longer than its length, whatever the clocks say") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 10000; ++round) {
    const Throttle throttle = after_failures(5 + below(random, 10), start());
    Now then = start();
    then.wall = Instant(seconds(below(random, 4000000000)));
    then.since_boot = seconds(below(random, 10000));
    if (below(random, 2) == 0) then.boot_id = "boot-2";
    const auto left = pause_left(throttle, then);
    assert_true(left.count() >= 0 && left <= throttle.pause_length);
  }
}

TEST(
    "a reboot is bridged by the wall clock; one in the past shortens nothing") {
  const Throttle throttle = after_failures(10, start());
  Now after_reboot = later(start(), minutes(10));
  after_reboot.since_boot = seconds(5);
  after_reboot.boot_id = "boot-2";
  assert_true(pause_left(throttle, after_reboot) == minutes(20));
  after_reboot.wall -= hours(24);
  assert_true(pause_left(throttle, after_reboot) == minutes(30));
}

TEST("a pause carried over a reboot ends although the clock is in the past") {
  Now after_reboot = start();
  after_reboot.wall -= hours(24);
  after_reboot.since_boot = seconds(5);
  after_reboot.boot_id = "boot-2";
  const Throttle carried =
      carried_over(after_failures(10, start()), after_reboot);
  assert_int_equal(carried.failures, 10);
  assert_true(pause_left(carried, after_reboot) == minutes(30));
  assert_int_equal(
      pause_left(carried, later(after_reboot, minutes(30))).count(), 0);
}

TEST("a counter is forgotten a day after its last failure and pause") {
  const Throttle throttle = after_failures(10, start());
  assert_false(is_forgettable(throttle, later(start(), hours(24))));
  assert_true(
      is_forgettable(throttle, later(start(), hours(24) + minutes(30))));
}

TEST("the count does not wrap") {
  Throttle throttle;
  throttle.failures = ~0u;
  assert_true(after_failure(throttle, start()).failures == ~0u);
}

TEST("strangers may use 80 failures, everybody together 100") {
  assert_true(may_try(active_method(0, 79), false));
  assert_false(may_try(active_method(0, 80), false));
  assert_true(may_try(active_method(19, 80), true));
  assert_false(may_try(active_method(20, 80), true));
  assert_false(may_try(active_method(100, 0), true));
}

TEST("only an active method may be tried") {
  Method method = active_method(0, 0);
  for (const auto state : {MethodState::pending, MethodState::disabled}) {
    method.state = state;
    assert_false(may_try(method, true));
  }
}

TEST("the hundredth failure disables the method, whoever made it") {
  assert_true(after_failure(active_method(19, 80), true).state ==
              MethodState::disabled);
  assert_true(after_failure(active_method(99, 0), true).state ==
              MethodState::disabled);
  assert_true(after_failure(active_method(18, 80), true).state ==
              MethodState::active);
}

TEST("strangers alone never disable a method (property)") {
  Method method = active_method(0, 0);
  for (int i = 0; i < 1000; ++i) {
    if (may_try(method, false)) method = after_failure(method, false);
  }
  assert_true(method.state == MethodState::active);
  assert_int_equal(method.failures_unfamiliar, kMaxUnfamiliarFailures);
}

TEST("the order of failures from here and there does not matter (property)") {
  std::mt19937_64 random(3);
  for (int round = 0; round < 1000; ++round) {
    const unsigned familiar = below(random, 30);
    const unsigned strange = below(random, 70);
    std::vector<bool> order(familiar, true);
    order.insert(order.end(), strange, false);
    std::shuffle(order.begin(), order.end(), random);
    Method method = active_method(0, 0);
    for (const bool is_familiar : order) {
      method = after_failure(method, is_familiar);
    }
    assert_int_equal(method.failures, familiar);
    assert_int_equal(method.failures_unfamiliar, strange);
  }
}

TEST("the owner's success forgives the owner's failures, not the strangers'") {
  const Method method =
      after_success(active_method(7, 70), true, 123, start().wall);
  assert_int_equal(method.failures, 0);
  assert_int_equal(method.failures_unfamiliar, 70);
  assert_int_equal(method.last_accepted_step, 123);
  assert_int_equal(after_success(active_method(7, 70), false, 123, start().wall)
                       .failures_unfamiliar,
                   0);
}

TEST("the newest accepted step never goes back") {
  Method method = active_method(0, 0);
  method.last_accepted_step = 500;
  assert_int_equal(
      after_success(method, true, 400, start().wall).last_accepted_step, 500);
}

}  // namespace
}  // namespace mfa
