// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/measure.h"
#include "tests/bench/sections.h"

namespace mfa::bench {
namespace {

constexpr unsigned kParallel = 32;
constexpr std::array<Pattern, 3> kPatterns{{
    {"one after the other", 1, false},
    {"32 in parallel", kParallel, false},
    {"one after the other, a process each", 1, true},
}};

// The goals, shown beside what was measured.
constexpr double kGoalAlone = 4;
constexpr double kGoalParallel = 5;
constexpr double kGoalFloor = 2;

// Nobody signs in twice: each measurement takes the next people.
class People {
 public:
  People(std::size_t count, unsigned rounds) {
    warm_up_ = count / 50;
    const std::size_t per_round = (count - warm_up_) / rounds;
    share_[0] = per_round * 35 / 100;
    share_[1] = per_round * 45 / 100 / kParallel * kParallel;
    share_[2] = per_round * 20 / 100;
  }
  std::size_t warm_up() const { return warm_up_; }
  std::size_t share(std::size_t pattern) const { return share_[pattern]; }
  std::size_t take(std::size_t count) {
    const std::size_t first = next_;
    next_ += count;
    return first;
  }

 private:
  std::size_t warm_up_ = 0;
  std::array<std::size_t, kPatterns.size()> share_{};
  std::size_t next_ = 0;
};

struct Contender {
  Case one;
  People people;
  std::array<Series, kPatterns.size()> series;
};

void warm_up(const Plan& plan, const std::string& log, Contender& contender) {
  const std::size_t count = contender.people.warm_up();
  measure(plan.programs, log, contender.one, kPatterns[0],
          contender.people.take(count), count);
}

void take_round(const Plan& plan, const std::string& log, std::size_t pattern,
                Contender& contender) {
  const std::size_t count = contender.people.share(pattern);
  contender.series[pattern].add(measure(plan.programs, log, contender.one,
                                        kPatterns[pattern],
                                        contender.people.take(count), count));
}

// Every round measures everything once and begins with another contender, so
// that a slow minute of the machine falls on all alike.
void race(const Plan& plan, const std::string& log,
          std::vector<Contender>& contenders) {
  for (Contender& contender : contenders) warm_up(plan, log, contender);
  for (unsigned round = 0; round < plan.rounds; ++round) {
    for (std::size_t pattern = 0; pattern < kPatterns.size(); ++pattern) {
      for (std::size_t i = 0; i < contenders.size(); ++i) {
        take_round(plan, log, pattern,
                   contenders[(i + round) % contenders.size()]);
      }
    }
  }
}

const Contender* find(const std::vector<Contender>& contenders,
                      const std::string& name) {
  for (const Contender& contender : contenders) {
    if (contender.one.name == name) return &contender;
  }
  return nullptr;
}

std::string as_text(const Ratio& ratio) {
  return fmt::format("{:.2f} ({:.2f}-{:.2f})", ratio.median, ratio.least,
                     ratio.most);
}

void print_row(const Contender& row, std::size_t pattern,
               const Contender& google, const Contender& floor) {
  const Series& series = row.series[pattern];
  fmt::print(
      "  {:<21}{:>9}{:>9}{:>9.0f}{:>8.2f}{:>8.2f}{:>8.2f}{:>8.2f}  {:<20}{}\n",
      row.one.name, series.accepted(), series.refused(), series.rate(),
      series.percentile(0.1), series.percentile(0.5), series.percentile(0.99),
      series.cpu_milliseconds(),
      as_text(ratio_of_rates(series, google.series[pattern])),
      as_text(ratio_of_rates(floor.series[pattern], series)));
}

void print_table(const Plan& plan, const std::vector<Contender>& contenders) {
  fmt::print(
      "\n1. A whole TOTP sign-in: pam_start, pam_authenticate, pam_end\n"
      "   {} people in /etc/passwd, each signs in once; {} interleaved rounds\n"
      "   rate: sign-ins accepted a second, median of the rounds\n"
      "   ratios round by round: median (least-most)\n\n"
      "  {:<21}{:>9}{:>9}{:>9}{:>8}{:>8}{:>8}{:>8}  {:<20}{}\n",
      plan.people, plan.rounds, "", "accepted", "refused", "rate/s", "p10 ms",
      "p50 ms", "p99 ms", "cpu ms", "x rate of google", "x time of floor");
  const Contender& google = *find(contenders, "google-authenticator");
  const Contender& floor = *find(contenders, "floor");
  for (std::size_t pattern = 0; pattern < kPatterns.size(); ++pattern) {
    fmt::print("{}\n", kPatterns[pattern].name);
    for (const Contender& row : contenders) {
      print_row(row, pattern, google, floor);
    }
  }
}

void print_goal(const char* what, double goal, double measured, bool reached) {
  fmt::print("  {:<58}{:>5.1f}{:>7.2f}  {}\n", what, goal, measured,
             reached ? "reached" : "MISSED");
}

void print_goals(const std::vector<Contender>& contenders,
                 const Contender& ours) {
  const Contender& google = *find(contenders, "google-authenticator");
  const Contender& floor = *find(contenders, "floor");
  const auto rate = [&](std::size_t pattern) {
    return ratio_of_rates(ours.series[pattern], google.series[pattern]).median;
  };
  const double above_floor =
      ratio_of_rates(floor.series[0], ours.series[0]).median;
  fmt::print("\n  {:<58}{:>5}{:>7}\n", "goals", "goal", "is");
  print_goal("pam_mfa, alone: at least times google-authenticator", kGoalAlone,
             rate(0), rate(0) >= kGoalAlone);
  print_goal("pam_mfa, in parallel: at least times google-authenticator",
             kGoalParallel, rate(1), rate(1) >= kGoalParallel);
  print_goal("pam_mfa, alone: at most times the floor", kGoalFloor, above_floor,
             above_floor <= kGoalFloor);
}

bool all_accepted(const Contender& contender) {
  if (!contender.one.must_accept_all) return true;
  bool all = true;
  for (std::size_t i = 0; i < kPatterns.size(); ++i) {
    if (contender.series[i].refused() == 0) continue;
    fmt::print("  {}, {}: {}\n", contender.one.name, kPatterns[i].name,
               contender.series[i].refusals());
    all = false;
  }
  return all;
}

}  // namespace

bool compare(const Plan& plan, const harness::Workspace& workspace,
             const std::vector<harness::Account>& accounts) {
  std::vector<Contender> contenders;
  const auto enter = [&](Case one) {
    const People people(one.people, plan.rounds);
    contenders.push_back({std::move(one), people, {}});
  };
  const auto people = seeded(accounts);
  std::optional<harness::Child> floor_agent;
  std::optional<harness::Agent> agent;
  enter(pam_permit(workspace, people));
  enter(google_authenticator(workspace, accounts, people));
  enter(oath(workspace, people));
  enter(floor(workspace, plan.programs, people, floor_agent));
  if (!plan.programs.agent.empty()) {
    const auto files = harness::make_agent_files(workspace.below("compare"));
    const auto enrolled =
        must(harness::enroll(files, accounts, accounts.size()));
    agent.emplace(must(harness::Agent::start(plan.programs.agent, files,
                                             accounts.back().name)));
    enter(ours(workspace, plan.programs, "pam_mfa", files, *agent, enrolled));
  }
  race(plan, workspace.below("client.log"), contenders);
  print_table(plan, contenders);
  if (const Contender* mfa = find(contenders, "pam_mfa")) {
    print_goals(contenders, *mfa);
  }
  bool good = true;
  for (const Contender& contender : contenders) {
    good = all_accepted(contender) && good;
  }
  return good;
}

}  // namespace mfa::bench
