// SPDX-License-Identifier: BSD-3-Clause
//
// F2 of spec/security.md 6: kill -9 of the PAM client at random points. Who
// guesses and hangs up before the answer must not guess for nothing.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iterator>
#include <map>
#include <random>
#include <string>

#include "agent/methods/throttle.h"
#include "tests/bench/harness/wire_client.h"
#include "tests/check.h"
#include "tests/fault/world.h"

namespace mfa::fault {
namespace {

constexpr unsigned kClients = 400;
// Some hardly connect, some see the verdict: whatever the machine's speed.
constexpr unsigned kLongestLives[] = {1000, 3000, 10000, 30000};
constexpr std::chrono::seconds kPatience{5};
constexpr char kSource[] = "203.0.113.7";

// What a client reached before it was killed.
struct Reached {
  bool answer_sent = false;
  bool verdict_came = false;
};

// In the child: one wrong code; each step is noted before the next begins.
[[noreturn]] void guess(const harness::Enrolled& person,
                        const std::string& code, int notes) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const auto note = [&](char step) {
    if (::write(notes, &step, 1) != 1) ::_exit(1);
  };
  const auto client =
      harness::WireClient::connect(world().files.socket(), kPatience);
  if (!client) ::_exit(1);
  const auto ask = client->begin(person.name, kSource);
  if (!ask || !client->send_answer(*ask, code)) ::_exit(1);
  note('s');
  if (client->receive()) note('v');
  ::_exit(0);
}

// Starts a client, kills it after so long, and says how far it came.
Reached guess_and_die(const harness::Enrolled& person, const std::string& code,
                      unsigned microseconds) {
  int notes[2];
  assert_int_equal(::pipe2(notes, O_CLOEXEC), 0);
  const pid_t pid = ::fork();
  assert_true(pid >= 0);
  if (pid == 0) guess(person, code, notes[1]);
  ::close(notes[1]);
  ::usleep(microseconds);
  ::kill(pid, SIGKILL);
  assert_int_equal(::waitpid(pid, nullptr, 0), pid);
  Reached reached;
  for (char step = 0; ::read(notes[0], &step, 1) == 1;) {
    reached.answer_sent = reached.answer_sent || step == 's';
    reached.verdict_came = reached.verdict_came || step == 'v';
  }
  ::close(notes[0]);
  return reached;
}

struct Counts {
  unsigned clients = 0;
  unsigned sent = 0;
  unsigned told = 0;
};

std::map<std::string, Counts> guess_and_die_often(std::mt19937_64& random) {
  std::map<std::string, Counts> by_person;
  for (unsigned i = 0; i < kClients; ++i) {
    const auto& person = world().aborted[i % world().aborted.size()];
    const unsigned longest = kLongestLives[random() % std::size(kLongestLives)];
    const Reached reached =
        guess_and_die(person, wrong_code(person, random),
                      static_cast<unsigned>(random() % longest));
    Counts& counts = by_person[person.name];
    ++counts.clients;
    counts.sent += reached.answer_sent;
    counts.told += reached.verdict_came;
  }
  return by_person;
}

TEST("F2: a guess counts, even when its client is killed before the answer") {
  static_assert(kClients / kAborted < kFailuresBeforePause);
  std::mt19937_64 random(world().seed + 1);
  harness::Agent agent = start_agent();
  const auto by_person = guess_and_die_often(random);
  const auto stopped = agent.stop();
  if (!stopped) fail_msg("%s", stopped.error().what.c_str());

  Counts all;
  unsigned counted = 0;
  Problems problems;
  with_state([&](Store& store) {
    for (const auto& [user, counts] : by_person) {
      const unsigned failures =
          failures_in_state(store, user, kSource, problems);
      if (failures < counts.sent || failures > counts.clients) {
        problems.push_back(fmt::format(
            "{}: {} failures counted, {} guesses sent by {} clients", user,
            failures, counts.sent, counts.clients));
      }
      all.clients += counts.clients;
      all.sent += counts.sent;
      all.told += counts.told;
      counted += failures;
    }
  });
  fmt::print(
      "# {} clients killed; {} had sent a guess, {} saw the verdict; {} "
      "counted\n",
      all.clients, all.sent, all.told, counted);
  assert_none(problems);
  // Some must have died on either side of the answer, or nothing is proved.
  assert_true(all.sent > all.told);
  assert_true(all.clients > all.sent);
}

}  // namespace
}  // namespace mfa::fault
