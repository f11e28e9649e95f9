// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>

#include "tests/bench/measure.h"
#include "tests/bench/sections.h"

namespace mfa::bench {
namespace {

using Monotonic = std::chrono::steady_clock;

constexpr std::size_t kOthers[] = {10, 1000, 100000, 1000000};
constexpr std::size_t kPerRound = 150;
constexpr std::size_t kWarmUp = 30;
constexpr Pattern kAlone{"one after the other", 1, false};

constexpr double kGoalFlat = 1.2;
constexpr double kGoalResidentMib = 32;

// One agent whose state holds so many other people.
struct Stage {
  std::size_t others = 0;
  double enroll_seconds = 0;
  double state_mib = 0;
  Case one;
  harness::Agent agent;
  Series series;
};

// Everybody else: no account here, as in a state that many hosts' people fill.
std::vector<harness::Account> other_people(std::size_t count) {
  std::vector<harness::Account> accounts;
  for (std::size_t i = 0; i < count; ++i) {
    accounts.push_back(harness::account("other", static_cast<unsigned>(i)));
  }
  return accounts;
}

double size_mib(const std::string& directory) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return static_cast<double>(bytes) / (1 << 20);
}

double resident_mib(const harness::Agent& agent) {
  return static_cast<double>(harness::resident_kib(agent.pid())) / 1024;
}

Stage make_stage(const Plan& plan, const harness::Workspace& workspace,
                 const std::vector<harness::Account>& present,
                 std::size_t others) {
  const auto files = harness::make_agent_files(
      workspace.below(fmt::format("growth.{}", others)));
  const auto began = Monotonic::now();
  must(harness::enroll(files, other_people(others), 0));
  const std::chrono::duration<double> time = Monotonic::now() - began;
  const auto enrolled = must(harness::enroll(files, present, present.size()));
  auto agent =
      must(harness::Agent::start(plan.programs.agent, files, present[0].name));
  Case one = ours(workspace, plan.programs, fmt::format("growth.{}", others),
                  files, agent, enrolled);
  return {others,         time.count(),     size_mib(files.state()),
          std::move(one), std::move(agent), {}};
}

void print_row(const Stage& stage, const Stage& smallest) {
  const Ratio ratio = ratio_of_medians(stage.series, smallest.series);
  fmt::print(
      "  {:>10}{:>10}{:>10.0f}{:>9.2f}{:>9.2f}   {:.2f} "
      "({:.2f}-{:.2f}){:>12.1f}"
      "{:>10.0f}{:>10.1f}{:>9.1f}\n",
      stage.others, stage.series.accepted(), stage.series.rate(),
      stage.series.percentile(0.5), stage.series.percentile(0.99), ratio.median,
      ratio.least, ratio.most, resident_mib(stage.agent),
      static_cast<double>(stage.agent.time_to_serve().count()) / 1000,
      stage.state_mib, stage.enroll_seconds);
}

void print_table(const std::vector<std::unique_ptr<Stage>>& stages) {
  fmt::print(
      "\n2. A sign-in beside so many other enrolled people (interleaved)\n\n"
      "  {:>10}{:>10}{:>10}{:>9}{:>9}   {:<16}{:>9}{:>10}{:>10}{:>9}\n",
      "others", "accepted", "rate/s", "p50 ms", "p99 ms", "x p50 of first",
      "RSS MiB", "start ms", "state MiB", "enroll s");
  for (const auto& stage : stages) print_row(*stage, *stages.front());
  const Stage& largest = *stages.back();
  const double flat =
      ratio_of_medians(largest.series, stages.front()->series).median;
  const double resident = resident_mib(largest.agent);
  fmt::print("\n  flat: p50 at {} is {:.2f} times that at {} (goal {}): {}\n",
             largest.others, flat, stages.front()->others, kGoalFlat,
             flat <= kGoalFlat ? "reached" : "MISSED");
  fmt::print("  memory: {:.1f} MiB resident at {} (goal {}): {}\n", resident,
             largest.others, kGoalResidentMib,
             resident < kGoalResidentMib ? "reached" : "MISSED");
}

}  // namespace

bool growth(const Plan& plan, const harness::Workspace& workspace,
            const std::vector<harness::Account>& accounts) {
  const std::size_t needed =
      std::min(accounts.size(), kWarmUp + plan.rounds * kPerRound);
  const std::vector<harness::Account> present(
      accounts.begin(), accounts.begin() + static_cast<std::ptrdiff_t>(needed));
  std::vector<std::unique_ptr<Stage>> stages;
  for (const std::size_t others : kOthers) {
    if (others > plan.largest) continue;
    stages.push_back(
        std::make_unique<Stage>(make_stage(plan, workspace, present, others)));
  }
  const std::string log = workspace.below("client.log");
  for (const auto& stage : stages) {
    measure(plan.programs, log, stage->one, kAlone, 0, kWarmUp);
  }
  const std::size_t count = (needed - kWarmUp) / plan.rounds;
  for (unsigned round = 0; round < plan.rounds; ++round) {
    for (std::size_t i = 0; i < stages.size(); ++i) {
      Stage& stage = *stages[(i + round) % stages.size()];
      stage.series.add(measure(plan.programs, log, stage.one, kAlone,
                               kWarmUp + round * count, count));
    }
  }
  print_table(stages);
  return std::all_of(stages.begin(), stages.end(), [](const auto& stage) {
    return stage->series.refused() == 0;
  });
}

}  // namespace mfa::bench
