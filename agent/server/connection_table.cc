// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/connection_table.h"

#include <utility>

namespace mfa {

ConnectionTable::Entries& ConnectionTable::Account::list_of(State state) {
  switch (state) {
    case State::silent:
      return silent;
    case State::begun:
      return begun;
    case State::leaving:
      break;
  }
  return leaving;
}

ConnectionTable::Place::Place(Place&& other) noexcept
    : table_(std::move(other.table_)), uid_(other.uid_), entry_(other.entry_) {}

ConnectionTable::Place::~Place() {
  if (!table_) return;
  const auto account = table_->accounts_.find(uid_);
  account->second.list_of(entry_->state).erase(entry_);
  --table_->size_;
  if (account->second.is_empty()) table_->accounts_.erase(account);
}

void ConnectionTable::Place::begun() {
  if (!table_ || entry_->state != State::silent) return;
  Account& account = table_->accounts_.at(uid_);
  account.begun.splice(account.begun.end(), account.silent, entry_);
  entry_->state = State::begun;
}

ConnectionTable::Place ConnectionTable::enter(
    std::uint32_t uid, const std::shared_ptr<WireConnection>& peer) {
  Account& account = accounts_[uid];
  if (account.counted() >= (uid == 0 ? root_limit_ : user_limit_)) {
    if (account.silent.empty()) return {};
    Entry& oldest = account.silent.front();
    oldest.state = State::leaving;
    if (const auto connection = oldest.connection.lock()) connection->drop();
    account.leaving.splice(account.leaving.end(), account.silent,
                           account.silent.begin());
  }
  Place place;
  place.table_ = shared_from_this();
  place.uid_ = uid;
  place.entry_ =
      account.silent.insert(account.silent.end(), Entry{peer, State::silent});
  ++size_;
  return place;
}

void ConnectionTable::stop_all() {
  for (auto& [uid, account] : accounts_) {
    for (const auto* entries : {&account.silent, &account.begun}) {
      for (const Entry& entry : *entries) {
        if (const auto peer = entry.connection.lock()) peer->stop();
      }
    }
  }
}

}  // namespace mfa
