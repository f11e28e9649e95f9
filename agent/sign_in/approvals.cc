// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/approvals.h"

#include <algorithm>
#include <utility>

namespace mfa {

wire::CommitToken Approvals::add(Approval approval, const Now& now) {
  if (entries_.size() >= kMaxApprovals) expire(now);
  if (entries_.size() >= kMaxApprovals) forget_oldest();
  const auto token = random_.array<std::tuple_size_v<wire::CommitToken>>();
  entries_.insert_or_assign(
      token, Entry{std::move(approval), now.since_boot + kApprovalLifetime,
                   ++added_, false});
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

void Approvals::extend(const wire::CommitToken& token,
                       std::chrono::seconds time, const Now& now) {
  const auto found = entries_.find(token);
  if (found == entries_.end() || found->second.extended) return;
  found->second.extended = true;
  found->second.expires = now.since_boot + time;
}

void Approvals::forget(const wire::CommitToken& token) {
  entries_.erase(token);
}

void Approvals::expire(const Now& now) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (entry->second.expires > now.since_boot) {
      ++entry;
      continue;
    }
    if (!entry->second.approval.redeemed) unconfirmed_(entry->second.approval);
    entry = entries_.erase(entry);
  }
}

void Approvals::forget_oldest() {
  const auto oldest = std::min_element(entries_.begin(), entries_.end(),
                                       [](const auto& a, const auto& b) {
                                         return a.second.order < b.second.order;
                                       });
  if (!oldest->second.approval.redeemed) {
    unconfirmed_(oldest->second.approval);
  }
  entries_.erase(oldest);
}

}  // namespace mfa
