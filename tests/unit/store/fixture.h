// SPDX-License-Identifier: BSD-3-Clause
//
// A real store on a temporary directory, with a clock and randomness that the
// test holds in its hand.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "agent/store/store.h"
#include "tests/check.h"

namespace mfa::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class FakeClock final : public Clock {
 public:
  Now now() const override;
  // Time passes on every clock.
  void pass(std::chrono::microseconds time);
  // Somebody sets the wall clock.
  void step_wall(std::chrono::microseconds time);
  void reboot();

 private:
  mutable std::mutex mutex_;
  Now now_{Instant(std::chrono::seconds(1800000000)),
           std::chrono::seconds(1000), "boot-1"};
  int boots_ = 1;
};

// splitmix64: the same bytes in every run.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : state_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override;
  std::uint64_t number();
  std::uint64_t below(std::uint64_t bound) { return number() % bound; }

 private:
  std::uint64_t state_;
};

// Waits for what the store's thread reports.
template <class T, class Start>
Result<T> wait_for(Start start) {
  std::mutex mutex;
  std::condition_variable arrived;
  std::optional<Result<T>> result;
  start([&](Result<T> value) {
    const std::lock_guard lock(mutex);
    result.emplace(std::move(value));
    arrived.notify_one();
  });
  std::unique_lock lock(mutex);
  arrived.wait(lock, [&] { return result.has_value(); });
  return std::move(*result);
}

// What liboath says the code of that moment is.
std::string code_at(std::string_view seed, Instant time,
                    const TotpParameters& totp = {});

Source address(const std::string& text);
UserName user(const std::string& name);

// The state of one agent that may be stopped and started again.
class Host {
 public:
  Host();
  Result<> start();  // creates state and key the first time
  void stop() { store.reset(); }
  void restart();
  // Starts on a copy of a state directory in tests/fixtures.
  void start_on_fixture(const std::string& name);

  // Short forms of the store's calls.
  BoundMethod bind(const std::string& person, std::uint32_t uid = 1000,
                   const std::string& label = "");
  Attempt make_attempt(const std::string& person, const std::string& code,
                       const Source& source = address("192.0.2.1"));
  Result<AttemptResult> try_attempt(Attempt attempt);
  Reason answer(const std::string& person, const std::string& code,
                const Source& source = address("192.0.2.1"));
  // A wrong code that is sure to be counted: pauses are waited out.
  void fail_patiently(const std::string& person, const Source& source,
                      const std::string& wrong_code);
  std::string code_now(const BoundMethod& method) const;
  // A code that is right at no step near now.
  std::string wrong_code(const BoundMethod& method) const;
  PersonState person(const std::string& name);
  PersonDetail detail(const std::string& name);
  std::vector<SignInRecord> log(SignInQuery query = {});
  std::string file(const std::string& name) const;

  TemporaryDirectory directory;
  FakeClock clock;
  SeededRandom random;
  Store::Settings settings;
  std::unique_ptr<Store> store;
  std::optional<Error> broken;
  int sign_ins_made = 0;
};

inline constexpr char kPhone[] = "Alice's phone";

// What every fixture of an earlier state holds of her.
PersonDetail assert_knows_alice(Host& host);

}  // namespace mfa::test
