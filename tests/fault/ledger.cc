// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fault/ledger.h"

namespace mfa::fault {

std::size_t Ledger::add_code(std::size_t owner, std::int64_t step,
                             const std::string& code) {
  const std::lock_guard lock(mutex_);
  codes_.push_back({owner, step, code});
  return codes_.size() - 1;
}

void Ledger::will_send(std::size_t handle) {
  const std::lock_guard lock(mutex_);
  ++codes_[handle].sent;
}

void Ledger::accepted(std::size_t handle) {
  const std::lock_guard lock(mutex_);
  ++codes_[handle].accepted;
}

void Ledger::refused(std::size_t handle) {
  const std::lock_guard lock(mutex_);
  SentCode& code = codes_[handle];
  ++code.refused;
  if (code.accepted != 0) ++code.refused_after_accepted;
}

SentCode Ledger::code(std::size_t handle) const {
  const std::lock_guard lock(mutex_);
  return codes_[handle];
}

std::vector<SentCode> Ledger::codes() const {
  const std::lock_guard lock(mutex_);
  return codes_;
}

void Ledger::will_guess(const std::string& user, const std::string& source) {
  const std::lock_guard lock(mutex_);
  ++guesses_[{user, source}].sent;
}

void Ledger::told_wrong(const std::string& user, const std::string& source) {
  const std::lock_guard lock(mutex_);
  ++guesses_[{user, source}].acknowledged;
}

std::map<std::pair<std::string, std::string>, Guesses> Ledger::guesses() const {
  const std::lock_guard lock(mutex_);
  return guesses_;
}

void Ledger::told(const std::string& correlation_id) {
  const std::lock_guard lock(mutex_);
  correlation_ids_.push_back(correlation_id);
}

std::vector<std::string> Ledger::correlation_ids() const {
  const std::lock_guard lock(mutex_);
  return correlation_ids_;
}

void Ledger::enrolled(Enrollment enrollment) {
  const std::lock_guard lock(mutex_);
  enrollments_.push_back(std::move(enrollment));
}

std::vector<Enrollment> Ledger::enrollments() const {
  const std::lock_guard lock(mutex_);
  return enrollments_;
}

}  // namespace mfa::fault
