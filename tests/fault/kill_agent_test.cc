// SPDX-License-Identifier: BSD-3-Clause
//
// F1 of spec/security.md 6: kill -9 of the agent in a loop, under load. What
// the agent acknowledged before it died must hold ever after.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "agent/store/limits.h"
#include "tests/check.h"
#include "tests/fault/clients.h"
#include "tests/fault/ledger.h"
#include "tests/fault/world.h"

namespace mfa::fault {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kOwnerThreads = 4;
constexpr std::size_t kGuesserThreads = 2;

// From just after the first answer until the disk has seen much work.
constexpr std::uint64_t kLongestLifeMs = 250;
// Under load, acknowledgements come every millisecond.
constexpr milliseconds kTriggerTime{50};

// A second is the goal; a busy machine gets more before the test fails,
// and what was measured is printed.
constexpr std::chrono::seconds kLongestRestart{5};

struct Load {
  Load(const World& world, Ledger& ledger, std::mt19937_64& random)
      : administrator(world, ledger, trigger) {
    for (std::size_t i = 0; i < kOwnerThreads; ++i) {
      owners.emplace_back(world, ledger, trigger, i, kOwnerThreads);
    }
    for (std::size_t i = 0; i < kGuesserThreads; ++i) {
      guessers.emplace_back(world, ledger, trigger, random(), i,
                            kGuesserThreads);
    }
  }

  std::vector<std::thread> start(const std::atomic<bool>& stop) {
    std::vector<std::thread> threads;
    const auto add = [&](auto& client) {
      threads.emplace_back([&client, &stop] { client.run(stop); });
    };
    for (Owner& owner : owners) add(owner);
    for (Guesser& guesser : guessers) add(guesser);
    add(administrator);
    return threads;
  }

  Trigger trigger;
  std::vector<Owner> owners;
  std::vector<Guesser> guessers;
  Administrator administrator;
};

// Lets the load run until the agent has been killed and everybody noticed:
// at any moment, or just after an acknowledgement.
void live_and_die(harness::Agent& agent, Load& load, milliseconds life,
                  bool after_acknowledgement) {
  std::atomic<bool> stop = false;
  auto threads = load.start(stop);
  std::this_thread::sleep_for(life);
  if (after_acknowledgement) {
    load.trigger.arm(agent.pid());
    std::this_thread::sleep_for(kTriggerTime);
    load.trigger.disarm();
  }
  agent.kill();
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

std::vector<milliseconds> kill_in_a_loop(Load& load, std::mt19937_64& random) {
  std::vector<milliseconds> restarts;
  for (unsigned round = 0; round < world().rounds; ++round) {
    harness::Agent agent = start_agent();
    restarts.push_back(
        std::chrono::duration_cast<milliseconds>(agent.time_to_serve()));
    live_and_die(agent, load, milliseconds(1 + random() % kLongestLifeMs),
                 round % 2 == 0);
  }
  std::sort(restarts.begin(), restarts.end());
  return restarts;
}

// What the loop left behind, for the tests below.
struct Aftermath {
  Ledger ledger;
  std::vector<milliseconds> restarts;  // sorted
};

const Aftermath& aftermath() {
  static Aftermath after;
  if (!after.restarts.empty()) return after;
  std::mt19937_64 random(world().seed);
  Load load(world(), after.ledger, random);
  after.restarts = kill_in_a_loop(load, random);
  return after;
}

struct CodeCounts {
  std::size_t codes = 0;
  std::size_t accepted = 0;
  std::size_t accepted_twice = 0;
  std::size_t replays_refused = 0;
  std::size_t lost_in_flight = 0;    // never answered, spent or not
  std::size_t refused_at_first = 0;  // a right code, sent once, refused
};

CodeCounts count(const std::vector<SentCode>& codes) {
  CodeCounts counts;
  counts.codes = codes.size();
  for (const SentCode& code : codes) {
    counts.accepted += code.accepted > 0;
    counts.accepted_twice += code.accepted > 1;
    counts.replays_refused += code.refused_after_accepted;
    counts.lost_in_flight += code.sent > 0 && code.accepted == 0;
    counts.refused_at_first += code.sent == 1 && code.refused == 1;
  }
  return counts;
}

// Every id in the sign-in log; what is wrong is added to `problems`.
std::set<std::string> ids_in_log(Store& store, Problems& problems) {
  std::set<std::string> ids;
  SignInQuery query;
  query.limit = kMaxRecordsPerQuery;
  query.after_sequence = 0;
  for (;;) {
    const auto records = ask_store<std::vector<SignInRecord>>(
        [&](auto done) { store.sign_ins(query, done); });
    if (!records) problems.push_back(records.error().what);
    if (!records || records->empty()) return ids;
    for (const SignInRecord& record : *records) {
      if (ids.insert(record.id).second) continue;
      problems.push_back("in the log twice: " + record.id);
    }
    query.after_sequence = records->back().sequence;
  }
}

// One enrolment as it should be in the state.
void check_enrollment(Store& store, const Enrollment& enrollment,
                      Problems& problems) {
  const auto person = ask_store<PersonState>(
      [&](auto done) { store.find_person(enrollment.user, done); });
  if (!person) {
    problems.push_back(person.error().what);
  } else if (person->methods.size() != 1 ||
             person->methods[0].id != enrollment.method_id ||
             person->methods[0].state != MethodState::active) {
    problems.push_back(enrollment.user + " does not have the reported method");
  }
}

TEST("F1: the agent, killed in a loop under load, serves again in time") {
  const Aftermath& after = aftermath();
  const auto at = [&](std::size_t percent) {
    return after.restarts[(after.restarts.size() - 1) * percent / 100].count();
  };
  fmt::print(
      "# {} kills; restart to serving: p50 {} ms, p99 {} ms, max {} ms\n",
      after.restarts.size(), at(50), at(99), at(100));
  assert_int_equal(after.restarts.size(), world().rounds);
  assert_true(after.restarts.back() < kLongestRestart);
}

TEST("F1: no accepted code works again after the agent was killed") {
  const CodeCounts counts = count(aftermath().ledger.codes());
  fmt::print(
      "# {} codes sent, {} accepted, {} of them sent again and refused, {} "
      "without an answer\n",
      counts.codes, counts.accepted, counts.replays_refused,
      counts.lost_in_flight);
  assert_int_equal(counts.accepted_twice, 0);
  assert_int_equal(counts.refused_at_first, 0);
  // The loop must have tried it, or it has proved nothing.
  assert_true(counts.accepted >= world().rounds);
  assert_true(counts.replays_refused >= world().rounds);
}

TEST("F1: failures that were acknowledged stay counted, none is invented") {
  const auto guesses = aftermath().ledger.guesses();
  Guesses all;
  unsigned counted = 0;
  Problems problems;
  with_state([&](Store& store) {
    for (const auto& [key, guess] : guesses) {
      const auto& [user, source] = key;
      const unsigned failures =
          failures_in_state(store, user, source, problems);
      if (failures < guess.acknowledged || failures > guess.sent) {
        problems.push_back(fmt::format(
            "{} from {}: {} failures counted, {} acknowledged, {} sent", user,
            source, failures, guess.acknowledged, guess.sent));
      }
      all.sent += guess.sent;
      all.acknowledged += guess.acknowledged;
      counted += failures;
    }
  });
  fmt::print("# {} wrong codes sent, {} acknowledged, {} counted\n", all.sent,
             all.acknowledged, counted);
  assert_none(problems);
  assert_true(all.acknowledged >= world().rounds);
}

TEST("F1: no enrolment that mfactl reported is lost, and each signs in") {
  const auto enrollments = aftermath().ledger.enrollments();
  fmt::print("# {} enrolments reported\n", enrollments.size());
  assert_true(enrollments.size() >= world().rounds / 4);
  Problems problems;
  with_state([&](Store& store) {
    for (const Enrollment& enrollment : enrollments) {
      check_enrollment(store, enrollment, problems);
    }
  });
  {
    const harness::Agent agent = start_agent();
    for (const Enrollment& enrollment : enrollments) {
      if (signs_in(world(), {enrollment.user, enrollment.seed_hex})) continue;
      problems.push_back(enrollment.user + " cannot sign in");
    }
  }
  assert_none(problems);
}

TEST("F1: every verdict that was given is in the sign-in log, once") {
  const auto told = aftermath().ledger.correlation_ids();
  Problems problems;
  with_state([&](Store& store) {
    const std::set<std::string> logged = ids_in_log(store, problems);
    fmt::print("# {} verdicts given, {} records\n", told.size(), logged.size());
    for (const std::string& id : told) {
      if (!logged.contains(id)) problems.push_back("not in the log: " + id);
    }
  });
  assert_none(problems);
}

}  // namespace
}  // namespace mfa::fault
