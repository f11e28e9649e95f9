// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "tests/bench/harness/wire_client.h"
#include "tests/bench/measure.h"
#include "tests/bench/sections.h"

namespace mfa::bench {
namespace {

using Monotonic = std::chrono::steady_clock;
using harness::WireClient;

constexpr Pattern kAlone{"one after the other", 1, false};
constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kWarmUp = 100;

// What one round found.
struct Found {
  std::size_t opened = 0;
  double seconds_to_open = 0;
  std::size_t kib_without = 0;
  std::size_t kib_with = 0;
};

// BEGIN sent, ASK received, nobody answers: as long as they live.
std::vector<WireClient> hold_open(const std::string& socket,
                                  const std::vector<harness::Account>& people,
                                  std::size_t count) {
  std::vector<WireClient> held;
  for (std::size_t i = 0; i < count; ++i) {
    auto client = WireClient::connect(socket, kPatience);
    if (!client) break;
    const std::string address =
        fmt::format("198.51.{}.{}", 100 + i / 250 % 100, 1 + i % 250);
    if (!client->begin(people[i % people.size()].name, address)) break;
    held.push_back(std::move(*client));
  }
  return held;
}

class Rounds {
 public:
  Rounds(const Plan& plan, std::string log, const Case& one,
         const harness::AgentFiles& files, const harness::Agent& agent)
      : plan_(plan),
        log_(std::move(log)),
        one_(one),
        files_(files),
        agent_(agent) {}

  void take(const std::vector<harness::Account>& people, std::size_t count) {
    without_.add(sign_in(count));
    Found found;
    found.kib_without = harness::resident_kib(agent_.pid());
    const auto began = Monotonic::now();
    const auto held = hold_open(files_.socket(), people, plan_.dialogs);
    const std::chrono::duration<double> time = Monotonic::now() - began;
    found.opened = held.size();
    found.seconds_to_open = time.count();
    found.kib_with = harness::resident_kib(agent_.pid());
    beside_.add(sign_in(count));
    found_.push_back(found);
  }

  Round sign_in(std::size_t count) {
    const std::size_t first = next_;
    next_ += count;
    return measure(plan_.programs, log_, one_, kAlone, first, count);
  }

  void print() const;
  bool all_good() const;

 private:
  const Plan& plan_;
  std::string log_;
  const Case& one_;
  const harness::AgentFiles& files_;
  const harness::Agent& agent_;
  std::size_t next_ = 0;
  Series without_;
  Series beside_;
  std::vector<Found> found_;
};

void print_series(const std::string& name, const Series& series,
                  const Series& without) {
  const Ratio ratio = ratio_of_medians(series, without);
  fmt::print(
      "  {:>22}{:>10}{:>10.0f}{:>9.2f}{:>9.2f}   {:.2f} ({:.2f}-{:.2f})\n",
      name, series.accepted(), series.rate(), series.percentile(0.5),
      series.percentile(0.99), ratio.median, ratio.least, ratio.most);
}

void Rounds::print() const {
  fmt::print(
      "\n3. Dialogs that wait for a person (asked, not answered)\n\n"
      "  {:>22}{:>10}{:>10}{:>9}{:>9}   {}\n",
      "open meanwhile", "accepted", "rate/s", "p50 ms", "p99 ms",
      "x p50 without");
  print_series("0", without_, without_);
  print_series(std::to_string(plan_.dialogs), beside_, without_);
  // Only the first round grows the agent: later ones use that memory again.
  const Found& first = found_.front();
  const double bytes =
      (static_cast<double>(first.kib_with) -
       static_cast<double>(first.kib_without)) *
      1024 / static_cast<double>(std::max<std::size_t>(first.opened, 1));
  fmt::print(
      "\n  {} opened in {:.2f} s; resident memory {:.1f} -> {:.1f} MiB: {:.0f} "
      "bytes a dialog\n"
      "  after {} such rounds, none open: {:.1f} MiB\n",
      first.opened, first.seconds_to_open,
      static_cast<double>(first.kib_without) / 1024,
      static_cast<double>(first.kib_with) / 1024, bytes, found_.size(),
      static_cast<double>(harness::resident_kib(agent_.pid())) / 1024);
}

bool Rounds::all_good() const {
  const bool all_opened = std::all_of(
      found_.begin(), found_.end(),
      [&](const Found& found) { return found.opened == plan_.dialogs; });
  if (!all_opened) fmt::print("  NOT every dialog could be opened\n");
  return all_opened && without_.refused() + beside_.refused() == 0;
}

}  // namespace

bool dialogs(const Plan& plan, const harness::Workspace& workspace,
             const std::vector<harness::Account>& accounts) {
  const auto files = harness::make_agent_files(workspace.below("dialogs"));
  const auto enrolled = must(harness::enroll(files, accounts, accounts.size()));
  const auto agent =
      must(harness::Agent::start(plan.programs.agent, files, accounts[0].name));
  const Case one =
      ours(workspace, plan.programs, "dialogs", files, agent, enrolled);
  Rounds rounds(plan, workspace.below("client.log"), one, files, agent);
  const std::size_t count =
      (accounts.size() - kWarmUp) / (2 * std::size_t{plan.rounds});
  rounds.sign_in(kWarmUp);
  for (unsigned round = 0; round < plan.rounds; ++round) {
    rounds.take(accounts, count);
  }
  rounds.print();
  return rounds.all_good();
}

}  // namespace mfa::bench
