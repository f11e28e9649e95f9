// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/registration.h"

#include "tests/check.h"

namespace mfa {
namespace {

using namespace std::chrono_literals;

const Instant kNow{std::chrono::days(20000)};

SignIn person_with(std::vector<std::string> roles,
                   std::vector<std::string> uncertain_roles = {}) {
  SignIn sign_in;
  sign_in.person =
      Person{*UserName::parse("alice"),  1000, std::move(roles), {},
             std::move(uncertain_roles), {}};
  return sign_in;
}

TEST("the first successful sign-in starts fourteen days") {
  const Grace grace =
      registration_grace(14, person_with({}), true, std::nullopt, kNow);
  assert_true(grace.allowed);
  assert_true(grace.starts_now);
  assert_int_equal(grace.days_left, 14);
}

TEST("days are counted down and a begun day counts as a whole one") {
  const auto left = [](Instant now) {
    return registration_grace(14, person_with({}), true, kNow, now).days_left;
  };
  assert_int_equal(left(kNow + 1s), 14);
  assert_int_equal(left(kNow + 24h), 13);
  assert_int_equal(left(kNow + 24h + 1s), 13);
  assert_int_equal(left(kNow + 13 * 24h + 23h), 1);
}

TEST("grace ends with the last second of the fourteenth day") {
  const auto allowed = [](Instant now) {
    return registration_grace(14, person_with({}), true, kNow, now).allowed;
  };
  assert_true(allowed(kNow + 14 * 24h - 1us));
  assert_false(allowed(kNow + 14 * 24h));
}

TEST("no days mean no grace at all") {
  assert_false(
      registration_grace(0, person_with({}), true, std::nullopt, kNow).allowed);
}

TEST("nobody gets grace without a proved first factor") {
  assert_false(
      registration_grace(14, person_with({}), false, std::nullopt, kNow)
          .allowed);
}

TEST("an unprivileged asker gets no grace") {
  SignIn sign_in = person_with({});
  sign_in.asker = Asker::self;
  assert_false(
      registration_grace(14, sign_in, true, std::nullopt, kNow).allowed);
  sign_in.asker = Asker::delegate;
  assert_false(
      registration_grace(14, sign_in, true, std::nullopt, kNow).allowed);
}

TEST("an unknown account gets no grace") {
  assert_false(
      registration_grace(14, SignIn{}, true, std::nullopt, kNow).allowed);
}

TEST("an admin role gets no grace on a privileged service only") {
  SignIn sign_in = person_with({"Global Administrator"});
  assert_true(
      registration_grace(14, sign_in, true, std::nullopt, kNow).allowed);
  sign_in.is_privileged = true;
  assert_false(
      registration_grace(14, sign_in, true, std::nullopt, kNow).allowed);
}

TEST("roles that could not be looked up count as an admin role") {
  SignIn sign_in = person_with({}, {"Global Administrator"});
  sign_in.is_privileged = true;
  assert_false(
      registration_grace(14, sign_in, true, std::nullopt, kNow).allowed);
}

TEST("a clock that was set back gives no more days than there ever were") {
  const Grace grace =
      registration_grace(14, person_with({}), true, kNow, kNow - 30 * 24h);
  assert_true(grace.allowed);
  assert_int_equal(grace.days_left, 14);
}

}  // namespace
}  // namespace mfa
