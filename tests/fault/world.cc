// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fault/world.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "agent/base/random.h"
#include "tests/check.h"

namespace mfa::fault {
namespace {

using harness::Account;
using harness::Enrolled;

constexpr std::size_t kProblemsShown = 10;

std::string built(const std::string& program) {
  const char* build = std::getenv("MFA_BUILD");
  return std::string(build != nullptr ? build : "build") + '/' + program;
}

std::uint64_t number(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != 0 ? std::stoull(value) : otherwise;
}

std::uint64_t random_seed() {
  SystemRandom random;
  std::uint64_t seed = 0;
  for (const std::uint8_t byte : random.array<4>()) seed = seed << 8 | byte;
  return seed;
}

std::vector<Account> accounts(const std::string& prefix, unsigned first,
                              unsigned count) {
  std::vector<Account> made;
  for (unsigned i = 0; i < count; ++i) {
    made.push_back(harness::account(prefix, first + i));
  }
  return made;
}

std::unique_ptr<World> the_world;

template <class T>
T must(Result<T> result) {
  if (!result) fail_msg("%s", result.error().what.c_str());
  return std::move(*result);
}

std::unique_ptr<World> make_world() {
  unsigned first = 0;
  std::vector<Account> all;
  const auto add = [&](const std::string& prefix, unsigned count) {
    const auto made = accounts(prefix, first, count);
    first += count;
    all.insert(all.end(), made.begin(), made.end());
    return made;
  };
  const auto owners = add("owner", kOwners);
  const auto guessed = add("guessed", kGuessed);
  const auto aborted = add("aborted", kAborted);
  const auto newcomers = add("newcomer", kNewcomers);
  auto workspace = must(harness::Workspace::enter(all));
  const auto files = harness::make_agent_files(workspace.below("agent"));
  const auto enroll = [&](const std::vector<Account>& people) {
    return must(harness::enroll(files, people, people.size()));
  };
  auto made = std::make_unique<World>(
      World{std::move(workspace), files, built("mfa-agent"), built("mfactl"),
            static_cast<unsigned>(number("FAULT_ROUNDS", 200)),
            number("FAULT_SEED", random_seed()), enroll(owners),
            enroll(guessed), enroll(aborted), newcomers});
  fmt::print("# FAULT_SEED={} FAULT_ROUNDS={}\n", made->seed, made->rounds);
  return made;
}

}  // namespace

World& world() {
  if (::geteuid() != 0) skip_because("needs root, for a private /etc/passwd");
  // Not a function's static: a failed assertion leaves by longjmp.
  if (the_world == nullptr) the_world = make_world();
  return *the_world;
}

harness::Agent start_agent() {
  const World& w = world();
  return must(
      harness::Agent::start(w.agent_program, w.files, w.owners[0].name));
}

void with_state(const std::function<void(Store&)>& use) {
  const auto done = harness::with_store(world().files, use);
  if (!done) fail_msg("%s", done.error().what.c_str());
}

void assert_none(const Problems& problems) {
  for (std::size_t i = 0; i < problems.size() && i < kProblemsShown; ++i) {
    fmt::print("# {}\n", problems[i]);
  }
  if (!problems.empty()) fail_msg("%zu problems", problems.size());
}

unsigned failures_in_state(Store& store, const std::string& user,
                           const std::string& source, Problems& problems) {
  const auto detail = ask_store<PersonDetail>(
      [&](auto done) { store.person_detail(*UserName::parse(user), done); });
  if (!detail) {
    problems.push_back(detail.error().what);
    return 0;
  }
  for (const PersonDetail::Pause& pause : detail->throttled) {
    if (pause.source == source) return pause.failures;
  }
  return 0;
}

std::int64_t unix_seconds() { return std::time(nullptr); }

std::string wrong_code(const Enrolled& person, std::mt19937_64& random) {
  std::vector<std::string> right;
  for (std::int64_t step = -3; step <= 3; ++step) {
    right.push_back(harness::code_at(person.seed_hex,
                                     unix_seconds() + step * kStepSeconds));
  }
  for (;;) {
    const std::string code = fmt::format("{:06}", random() % 1000000);
    if (std::find(right.begin(), right.end(), code) == right.end()) {
      return code;
    }
  }
}

}  // namespace mfa::fault
