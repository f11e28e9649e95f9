// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/rate_limit.h"

#include <algorithm>

namespace mfa {
namespace {

// Above it, accounts whose burst is whole again are forgotten.
constexpr std::size_t kMaxAccounts = 4096;
constexpr std::chrono::minutes kReportInterval{1};

double seconds_between(RateLimit::Time from, RateLimit::Time to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

RateLimit::Answer RateLimit::ask(std::uint32_t uid, Time now) {
  if (uid == 0) return Answer::admitted;
  if (accounts_.size() >= kMaxAccounts) forget_idle(now);
  const auto [found, is_new] = accounts_.try_emplace(uid);
  Account& account = found->second;
  if (is_new) {
    account.left = burst_;
  } else {
    account.left = std::min(
        burst_,
        account.left + per_second_ * seconds_between(account.counted, now));
  }
  account.counted = now;
  if (account.left >= 1) {
    account.left -= 1;
    return Answer::admitted;
  }
  if (account.was_reported && now - account.reported < kReportInterval) {
    return Answer::refused_and_said;
  }
  account.was_reported = true;
  account.reported = now;
  return Answer::refused;
}

void RateLimit::forget_idle(Time now) {
  std::erase_if(accounts_, [&](const auto& item) {
    return seconds_between(item.second.counted, now) * per_second_ >= burst_;
  });
}

}  // namespace mfa
