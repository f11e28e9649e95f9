// SPDX-License-Identifier: BSD-3-Clause
//
// One measurement is a number of people who sign in once each. Several of a
// kind, taken in turn with those they are compared to, make a series.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/case.h"

namespace mfa::bench {

// How the people of one measurement follow one another.
struct Pattern {
  const char* name = "";
  unsigned processes = 1;
  // A process of its own for each sign-in, as sshd has.
  bool process_each = false;
};

struct Round {
  double seconds = 0;
  std::size_t accepted = 0;
  std::size_t refused = 0;
  int refusal = 0;                   // the PAM code of the last one
  std::vector<double> milliseconds;  // of each sign-in
  double cpu_seconds = 0;            // of client and agent together
  double rate() const;               // accepted a second
  double median() const;             // of milliseconds
};

// Signs in `count` people of the case, from number `first` on.
Round measure(const Programs& programs, const std::string& log,
              const Case& measured, const Pattern& pattern, std::size_t first,
              std::size_t count);

class Series {
 public:
  void add(Round round) { rounds_.push_back(std::move(round)); }
  const std::vector<Round>& rounds() const { return rounds_; }
  std::size_t accepted() const;
  std::size_t refused() const;
  std::string refusals() const;          // "3 right codes refused (9: ...)"
  double rate() const;                   // median of the rounds
  double cpu_milliseconds() const;       // of one sign-in, accepted or not
  double percentile(double part) const;  // of all sign-ins, in milliseconds

 private:
  std::vector<Round> rounds_;
};

double percentile(std::vector<double> values, double part);

// Round i of one against round i of the other, which was taken beside it.
struct Ratio {
  double median = 0;
  double least = 0;
  double most = 0;
};
Ratio ratio_of_rates(const Series& above, const Series& below);
Ratio ratio_of_medians(const Series& above, const Series& below);

}  // namespace mfa::bench
