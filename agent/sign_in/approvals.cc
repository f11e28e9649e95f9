// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/approvals.h"

#include <utility>

namespace mfa {

wire::CommitToken Approvals::add(Approval approval, const Now& now) {
  expire(now);
  if (entries_.size() >= kMaxApprovals) forget_oldest();
  const auto token = random_.array<std::tuple_size_v<wire::CommitToken>>();
  entries_.insert_or_assign(
      token, Entry{std::move(approval), now.since_boot + kApprovalLifetime});
  oldest_first_.push_back(token);
  return token;
}

Approval* Approvals::find(const wire::CommitToken& token, const Caller& caller,
                          const std::string& user, const std::string& service,
                          const Now& now) {
  const auto found = entries_.find(token);
  if (found == entries_.end() || found->second.expires <= now.since_boot) {
    return nullptr;
  }
  Approval& approval = found->second.approval;
  const bool matches = approval.caller == caller && approval.user == user &&
                       approval.service == service;
  return matches ? &approval : nullptr;
}

// All live equally long, so the oldest is the first to end.
void Approvals::expire(const Now& now) {
  while (!oldest_first_.empty() &&
         entries_.at(oldest_first_.front()).expires <= now.since_boot) {
    forget_oldest();
  }
}

void Approvals::forget_oldest() {
  const auto oldest = entries_.find(oldest_first_.front());
  oldest_first_.pop_front();
  if (!oldest->second.approval.redeemed) {
    unconfirmed_(oldest->second.approval);
  }
  entries_.erase(oldest);
}

}  // namespace mfa
