// SPDX-License-Identifier: BSD-3-Clause
#include "connector/schedule/back_off.h"

#include <deque>

#include "tests/check.h"

namespace mfa::connector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Gives the numbers of a script, then zeros.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::deque<std::uint32_t> numbers = {})
      : numbers_(std::move(numbers)) {}
  void fill(std::span<std::uint8_t> bytes) override {
    std::uint32_t number = 0;
    if (!numbers_.empty()) {
      number = numbers_.front();
      numbers_.pop_front();
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::uint8_t>(number >> (8 * (3 - i)));
    }
  }

 private:
  std::deque<std::uint32_t> numbers_;
};

void assert_ms(milliseconds is, std::int64_t wanted) {
  assert_int_equal(is.count(), wanted);
}

TEST("pauses double from a minute to five, and stay there") {
  ScriptedRandom random;
  BackOff back_off(kDirectoryPauses, random);
  for (const std::int64_t pause : {60, 120, 240, 300, 300}) {
    assert_ms(back_off.failed(), pause * 1000);
  }
  for (int i = 0; i < 100'000; ++i) back_off.failed();
  assert_ms(back_off.failed(), 300'000);
}

TEST("a pause is up to a quarter longer, by chance") {
  ScriptedRandom random({0, 1, 15'000, 15'001, 0xffffffff});
  for (const std::int64_t pause : {60'000, 60'001, 75'000, 60'000}) {
    BackOff back_off(kDirectoryPauses, random);
    assert_ms(back_off.failed(), pause);
  }
  BackOff back_off(kDirectoryPauses, random);
  const auto pause = back_off.failed();  // of the largest number
  assert_true(pause >= seconds(60) && pause <= seconds(75));
}

TEST("a lost connection is tried again after 1 to 2 s, once") {
  ScriptedRandom random({0, 0, 0, 1000});
  BackOff back_off(kDirectoryPauses, random);
  assert_ms(back_off.lost(), 1000);
  assert_ms(back_off.lost(), 60'000);
  assert_ms(back_off.lost(), 120'000);
  back_off.reset();
  assert_ms(back_off.lost(), 2000);
  assert_ms(back_off.failed(), 60'000);
}

TEST("a connection that is lost after a failure is not tried sooner") {
  ScriptedRandom random;
  BackOff back_off(kDirectoryPauses, random);
  back_off.failed();
  assert_ms(back_off.lost(), 120'000);
}

TEST("what works again begins anew") {
  ScriptedRandom random;
  BackOff back_off(kDirectoryPauses, random);
  back_off.failed();
  back_off.failed();
  back_off.reset();
  assert_ms(back_off.failed(), 60'000);
}

TEST("the agent is tried again within a minute, always") {
  ScriptedRandom random;
  BackOff back_off(kAgentPauses, random);
  assert_ms(back_off.lost(), 1000);
  for (const std::int64_t pause : {2, 4, 8, 16, 32, 60, 60}) {
    assert_ms(back_off.lost(), pause * 1000);
  }
}

TEST("an interval is up to a tenth shorter, and never longer") {
  ScriptedRandom random({0, 6000, 6001, 0xffffffff});
  assert_ms(with_jitter(seconds(60), random), 54'000);
  assert_ms(with_jitter(seconds(60), random), 60'000);
  assert_ms(with_jitter(seconds(60), random), 54'000);
  assert_true(with_jitter(seconds(60), random) <= seconds(60));
  assert_ms(with_jitter(seconds(0), random), 0);
}

}  // namespace
}  // namespace mfa::connector
