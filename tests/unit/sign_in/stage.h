// SPDX-License-Identifier: BSD-3-Clause
//
// A sign-in without sockets: the real dialog and the real store, with a clock
// that stands still, seeded randomness, people in a map and a person whose
// answers are written down beforehand.
#pragma once

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "agent/methods/totp.h"
#include "agent/sign_in/account.h"
#include "agent/sign_in/authenticate.h"
#include "agent/sign_in/desk.h"

namespace mfa::stage {

class StandingClock final : public Clock {
 public:
  Now now() const override { return now_; }
  // Time passes on both clocks.
  void pass(std::chrono::microseconds time) {
    now_.wall += time;
    now_.since_boot += time;
  }
  // Somebody sets the wall clock.
  void set_wall(Instant wall) { now_.wall = wall; }

 private:
  Now now_{Instant(std::chrono::days(20000)), std::chrono::hours(1), "boot"};
};

class SeededRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mt19937 engine_{20261121};
};

class People final : public Directory {
 public:
  void find(std::string name, std::shared_ptr<const MembershipScope>,
            Found done) override {
    if (silent) return done(error(ErrorKind::unavailable, "NSS is silent"));
    const auto found = people.find(name);
    done(found == people.end() ? std::nullopt
                               : std::optional<Person>(found->second));
  }
  void add(const std::string& name, std::uint32_t uid,
           std::vector<std::string> roles = {}) {
    people.insert_or_assign(
        name,
        Person{*UserName::parse(name), uid, std::move(roles), {}, {}, {}});
  }
  std::map<std::string, Person> people;
  bool silent = false;
};

// A configuration alone, as rules: no policies, no records.
Rules rules_of(Config config);

// Answers in order; when none is left, the application has gone away.
class Script final : public Terminal {
 public:
  asio::awaitable<Reply> ask(std::string prompt, wire::AnswerForm) override {
    prompts.push_back(std::move(prompt));
    if (before_answer) before_answer();
    if (answers.empty()) co_return Reply{};
    Reply reply = std::move(answers.front());
    answers.pop_front();
    co_return reply;
  }
  asio::awaitable<void> tell(std::string text) override {
    told.push_back(std::move(text));
    co_return;
  }
  void answer(std::string_view text) {
    answers.push_back({Reply::Kind::given, Secret(text)});
  }
  void answer(Reply::Kind kind) { answers.push_back({kind, {}}); }

  std::deque<Reply> answers;
  std::vector<std::string> prompts;
  std::vector<std::string> told;
  std::function<void()> before_answer;
};

// The whole agent but its sockets.
class Agent {
 public:
  Agent();
  ~Agent();

  Ending authenticate(const wire::Begin& begin, Script& script,
                      Caller caller = kSshd);
  Ending account(const wire::Begin& begin, Caller caller = kSshd);
  // The newest record of the log.
  SignInRecord last_record();
  std::size_t record_count();
  // Binds a method; returns its seed.
  Secret enrol(const std::string& name, std::uint32_t uid);
  std::string code_now(const Secret& seed, int steps_ago = 0) const;
  PersonState state_of(const std::string& name);
  void reload(Config config) { reload(rules_of(std::move(config))); }
  void reload(Rules rules) { live.replace(std::move(rules), now()); }
  Instant now() const { return clock.now().wall; }

  static constexpr Caller kSshd{0, 4711, 99};

  std::string directory;
  StandingClock clock;
  SeededRandom random;
  People people;
  LiveRules live;
  std::vector<std::string> unconfirmed;  // ids
  Approvals approvals;
  std::unique_ptr<Store> store;
  Desk desk;

 private:
  asio::io_context io_;
  template <class T>
  T run(asio::awaitable<T> work);
};

// By keyboard-interactive.
wire::Begin ssh_begin(const std::string& user, bool password = true);

}  // namespace mfa::stage
