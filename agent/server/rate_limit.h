// SPDX-License-Identifier: BSD-3-Clause
//
// How often an unprivileged account may begin a sign-in: each costs a lookup
// and a line in the log, and neither may be used up by one account. Root,
// whose sign-ins are everybody's, has no such limit.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>

namespace mfa {

class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `burst` at once, then `per_second`.
  RateLimit(double per_second, double burst)
      : per_second_(per_second), burst_(burst) {}

  enum class Answer {
    admitted,
    refused,
    refused_and_said,  // the same; was reported within the last minute
  };
  Answer ask(std::uint32_t uid, Time now);

 private:
  struct Account {
    double left = 0;
    Time counted;
    Time reported;
    bool was_reported = false;
  };
  void forget_idle(Time now);

  double per_second_;
  double burst_;
  std::map<std::uint32_t, Account> accounts_;
};

}  // namespace mfa
