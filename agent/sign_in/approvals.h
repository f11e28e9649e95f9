// SPDX-License-Identifier: BSD-3-Clause
//
// What the auth phase has seen and the account phase may make permanent. An
// approval is found only by its token of 128 random bits, by
// the same process, for the same person and service, within two minutes.
//
// Kept in memory: a restart of the agent in between ends the sign-in.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "agent/model/sign_in.h"
#include "agent/model/sign_in_record.h"
#include "agent/store/store.h"
#include "wire/message.h"

namespace mfa {

inline constexpr std::chrono::seconds kApprovalLifetime{120};
// An account phase follows within moments; this many sign-ins may be between
// the two at once (about 1 KiB each), then the oldest is given up.
inline constexpr std::size_t kMaxApprovals = 16384;

// The process on the other side of the socket. `start_time` distinguishes
// processes that had the same pid; 0 where /proc may not be read.
struct Caller {
  std::uint32_t uid = 0;
  std::int32_t pid = 0;
  std::uint64_t start_time = 0;
  bool operator==(const Caller&) const = default;
};

// What becomes permanent when the account phase comes.
struct Pending {
  std::optional<RememberedMfa> remember;
  std::vector<AcceptedTerms> terms;
  // The account phase asks for a new password first; its value is the stamp
  // of the risk that the new password remediates.
  std::optional<std::string> password_change;
};

struct Approval {
  Caller caller;
  std::string user;     // as the module named it in BEGIN
  std::string service;  // likewise
  SignIn sign_in;
  SignInRecord record;
  std::uint64_t generation = 0;
  Pending pending;
  bool by_grace = false;  // let in because of the registration grace
  bool redeemed = false;  // its account phase came; it may come again
};

class Approvals {
 public:
  // `unconfirmed` hears of each approval whose account phase never came.
  Approvals(Random& random, std::function<void(const Approval&)> unconfirmed)
      : random_(random), unconfirmed_(std::move(unconfirmed)) {}

  wire::CommitToken add(Approval approval, const Now& now);

  // nullptr unless everything matches. Stays valid until the next call.
  Approval* find(const wire::CommitToken& token, const Caller& caller,
                 const std::string& user, const std::string& service,
                 const Now& now);

  // The person is choosing a new password: gives them that much time more,
  // once.
  void extend(const wire::CommitToken& token, std::chrono::seconds time,
              const Now& now);

  // Without a word to `unconfirmed`.
  void forget(const wire::CommitToken& token);

  // Forgets what is over; call it every few seconds.
  void expire(const Now& now);

 private:
  struct Entry {
    Approval approval;
    std::chrono::microseconds expires;  // since boot
    std::uint64_t order = 0;            // of being added
    bool extended = false;
  };
  void forget_oldest();

  Random& random_;
  std::function<void(const Approval&)> unconfirmed_;
  std::map<wire::CommitToken, Entry> entries_;
  std::uint64_t added_ = 0;
};

}  // namespace mfa
