// SPDX-License-Identifier: BSD-3-Clause
#include "tests/bench/measure.h"

#include <fmt/format.h>
#include <security/pam_appl.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <sstream>

namespace mfa::bench {
namespace {

Ratio ratio(const Series& above, const Series& below,
            const std::function<double(const Round&)>& figure) {
  std::vector<double> ratios;
  const std::size_t rounds =
      std::min(above.rounds().size(), below.rounds().size());
  for (std::size_t i = 0; i < rounds; ++i) {
    ratios.push_back(figure(above.rounds()[i]) / figure(below.rounds()[i]));
  }
  return {percentile(ratios, 0.5), percentile(ratios, 0),
          percentile(ratios, 1)};
}

// Processor time that a process has used, in seconds; 0 for none.
double cpu_seconds(pid_t pid) {
  clockid_t clock = 0;
  timespec time{};
  if (pid == 0 || ::clock_getcpuclockid(pid, &clock) != 0 ||
      ::clock_gettime(clock, &time) != 0) {
    return 0;
  }
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) / 1e9;
}

Round parse(const std::string& text) {
  Round round;
  std::istringstream lines(text);
  std::string word;
  double nanoseconds = 0;
  lines >> word >> nanoseconds;
  round.seconds = nanoseconds / 1e9;
  lines >> word >> nanoseconds;
  round.cpu_seconds = nanoseconds / 1e9;
  for (int code = 0; lines >> nanoseconds >> code;) {
    ++(code == PAM_SUCCESS ? round.accepted : round.refused);
    if (code != PAM_SUCCESS) round.refusal = code;
    round.milliseconds.push_back(nanoseconds / 1e6);
  }
  return round;
}

}  // namespace

double percentile(std::vector<double> values, double part) {
  if (values.empty()) return std::nan("");
  std::sort(values.begin(), values.end());
  const double last = static_cast<double>(values.size() - 1);
  return values[static_cast<std::size_t>(std::lround(part * last))];
}

double Round::rate() const { return static_cast<double>(accepted) / seconds; }

double Round::median() const { return percentile(milliseconds, 0.5); }

Round measure(const Programs& programs, const std::string& log,
              const Case& measured, const Pattern& pattern, std::size_t first,
              std::size_t count) {
  const double before = cpu_seconds(measured.agent);
  const harness::Output output =
      harness::run({programs.client, measured.confdir, kService,
                    measured.people_file, std::to_string(first),
                    std::to_string(count), std::to_string(pattern.processes),
                    pattern.process_each ? "each" : "shared"},
                   log);
  if (output.status == 0) {
    Round round = parse(output.text);
    round.cpu_seconds += cpu_seconds(measured.agent) - before;
    return round;
  }
  fmt::print(stderr, "{}, {}: the client failed; see {}\n", measured.name,
             pattern.name, log);
  std::exit(2);
}

std::size_t Series::accepted() const {
  std::size_t sum = 0;
  for (const Round& round : rounds_) sum += round.accepted;
  return sum;
}

std::size_t Series::refused() const {
  std::size_t sum = 0;
  for (const Round& round : rounds_) sum += round.refused;
  return sum;
}

std::string Series::refusals() const {
  int code = PAM_SUCCESS;
  for (const Round& round : rounds_) {
    if (round.refused != 0) code = round.refusal;
  }
  return fmt::format("{} right codes REFUSED ({})", refused(),
                     ::pam_strerror(nullptr, code));
}

double Series::rate() const {
  std::vector<double> rates;
  for (const Round& round : rounds_) rates.push_back(round.rate());
  return bench::percentile(rates, 0.5);
}

double Series::percentile(double part) const {
  std::vector<double> all;
  for (const Round& round : rounds_) {
    all.insert(all.end(), round.milliseconds.begin(), round.milliseconds.end());
  }
  return bench::percentile(std::move(all), part);
}

double Series::cpu_milliseconds() const {
  double sum = 0;
  for (const Round& round : rounds_) sum += round.cpu_seconds;
  return sum * 1000 / static_cast<double>(accepted() + refused());
}

Ratio ratio_of_rates(const Series& above, const Series& below) {
  return ratio(above, below, [](const Round& round) { return round.rate(); });
}

Ratio ratio_of_medians(const Series& above, const Series& below) {
  return ratio(above, below, [](const Round& round) { return round.median(); });
}

}  // namespace mfa::bench
