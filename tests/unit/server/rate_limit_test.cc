// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/rate_limit.h"

#include "tests/check.h"

namespace mfa {
namespace {

using namespace std::chrono_literals;
using Answer = RateLimit::Answer;

const RateLimit::Time kStart{1h};

TEST("an account has its burst at once and then so many a second") {
  RateLimit limit(2, 3);
  for (int i = 0; i < 3; ++i) {
    assert_true(limit.ask(1000, kStart) == Answer::admitted);
  }
  assert_true(limit.ask(1000, kStart) == Answer::refused);
  assert_true(limit.ask(1000, kStart + 500ms) == Answer::admitted);
  assert_true(limit.ask(1000, kStart + 500ms) != Answer::admitted);
}

TEST("one account's flood takes nothing from another, nor from root") {
  RateLimit limit(2, 3);
  for (int i = 0; i < 100; ++i) limit.ask(1000, kStart);
  assert_true(limit.ask(1001, kStart) == Answer::admitted);
  for (int i = 0; i < 100; ++i) {
    assert_true(limit.ask(0, kStart) == Answer::admitted);
  }
}

TEST("a flood is reported once a minute") {
  RateLimit limit(0.001, 1);
  limit.ask(1000, kStart);
  assert_true(limit.ask(1000, kStart) == Answer::refused);
  assert_true(limit.ask(1000, kStart + 59s) == Answer::refused_and_said);
  assert_true(limit.ask(1000, kStart + 60s) == Answer::refused);
}

TEST("waiting never saves up more than the burst") {
  RateLimit limit(2, 3);
  limit.ask(1000, kStart);
  for (int i = 0; i < 3; ++i) {
    assert_true(limit.ask(1000, kStart + 24h) == Answer::admitted);
  }
  assert_true(limit.ask(1000, kStart + 24h) == Answer::refused);
}

}  // namespace
}  // namespace mfa
